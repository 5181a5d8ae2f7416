package org.neuralharmonizer.cuda;

/** A call of the driver, the compiler or a library of CUDA failed. */
final class CudaException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  CudaException(String message) {
    super(message);
  }
}
