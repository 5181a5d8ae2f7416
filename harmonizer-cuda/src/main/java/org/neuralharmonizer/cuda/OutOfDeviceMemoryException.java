package org.neuralharmonizer.cuda;

/** The device has not as much free memory as was asked for. */
final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long bytes;

  OutOfDeviceMemoryException(long bytes) {
    super(bytes + " bytes");
    this.bytes = bytes;
  }

  /** What was asked for. */
  long bytes() {
    return bytes;
  }
}
