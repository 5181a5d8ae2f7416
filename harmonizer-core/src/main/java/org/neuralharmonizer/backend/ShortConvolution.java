package org.neuralharmonizer.backend;

/**
 * Whether convolutions of 3 × 3 taps with stride 1, and their gradients of any order, may be
 * computed by Winograd's F(4 × 4, 3 × 3), which takes a quarter of the multiplications.
 */
public enum ShortConvolution {
  /**
   * Where it is faster. A result is off by 1e-6 (64 channels) to 4e-6 (512) of its Euclidean norm,
   * its worst element by up to 2e-5 of the largest.
   */
  WHERE_FASTER,
  /** Always by the definition. */
  NEVER
}
