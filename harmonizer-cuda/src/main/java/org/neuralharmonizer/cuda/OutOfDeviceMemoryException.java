package org.neuralharmonizer.cuda;

/** The device has not as much free memory as was asked for. */
final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  OutOfDeviceMemoryException(long bytes) {
    super(bytes + " bytes");
  }
}
