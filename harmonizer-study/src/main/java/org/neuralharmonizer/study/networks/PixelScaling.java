package org.neuralharmonizer.study.networks;

import java.util.function.DoubleUnaryOperator;
import org.neuralharmonizer.tensor.Tensor;

/** What becomes of pixels of 0…255 before a network sees them. */
public enum PixelScaling {
  /** To 0…1. */
  UNIT("x / 255", x -> x / 255),
  /** To −1…1. */
  SIGNED("x / 127.5 − 1", x -> x / 127.5 - 1);

  private final String formula;
  private final DoubleUnaryOperator scale;

  PixelScaling(String formula, DoubleUnaryOperator scale) {
    this.formula = formula;
    this.scale = scale;
  }

  /** The scaled pixels, computed in double and rounded once. */
  public Tensor apply(Tensor pixels) {
    return Tensor.generate(pixels.shape(), i -> scale.applyAsDouble(pixels.value(i)));
  }

  @Override
  public String toString() {
    return formula;
  }
}
