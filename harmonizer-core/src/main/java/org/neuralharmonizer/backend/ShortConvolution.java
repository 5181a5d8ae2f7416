package org.neuralharmonizer.backend;

/**
 * Whether convolutions of 3 × 3 taps with stride 1, and their gradients of any order, may be
 * computed by Winograd's F(4 × 4, 3 × 3), which takes a quarter of the multiplications.
 */
public enum ShortConvolution {
  /**
   * Where it is faster. The worst element of a result is off by about 3e-6 of the largest, ten
   * times as much as by the definition.
   */
  WHERE_FASTER,
  /** Always by the definition. */
  NEVER
}
