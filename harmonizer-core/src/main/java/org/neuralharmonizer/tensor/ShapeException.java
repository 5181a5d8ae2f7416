package org.neuralharmonizer.tensor;

/**
 * Shapes that do not fit together. The message names the operation, its operands with their shapes,
 * and the remedy.
 */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ShapeException(String message) {
    super(message);
  }
}
