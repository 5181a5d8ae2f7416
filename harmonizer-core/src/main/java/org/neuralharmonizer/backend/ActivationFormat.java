package org.neuralharmonizer.backend;

/**
 * How a backend keeps the large values that one step of a program passes to another. Arguments,
 * variables, outputs, and the gradients and updates of variables are kept in single precision in
 * any case, and arithmetic is done in it.
 */
public enum ActivationFormat {
  /** In single precision: 24 significant bits. */
  SINGLE,
  /**
   * Rounded to bfloat16: 8 significant bits and the range of single precision, in half the memory.
   * A value is off by at most 2⁻⁸ of itself (0.4 %) each time it is stored.
   */
  BFLOAT16
}
