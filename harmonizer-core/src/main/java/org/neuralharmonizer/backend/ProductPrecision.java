package org.neuralharmonizer.backend;

/**
 * How many digits of their operands matrix products and convolutions use, on devices that offer the
 * choice. Sums are always formed in single precision at least.
 */
public enum ProductPrecision {
  /** All 24 significant bits. */
  SINGLE,
  /**
   * Operands rounded to 11 significant bits (NVIDIA's TF32), which its tensor cores multiply
   * several times faster. A result is off by about 3e-4 of its Euclidean norm.
   */
  TENSOR_FLOAT
}
