package org.neuralharmonizer.io.onnx;

/**
 * Why one operation cannot be imported; the message is completed by whoever knows the operation.
 */
final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedNodeException(String reason) {
    super(reason);
  }
}
