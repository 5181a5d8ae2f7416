package org.neuralharmonizer.study.networks;

import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** What becomes of pixels of 0…255, … × 3 × H × W, before a network sees them. */
public enum PixelScaling {
  /** To 0…1. */
  UNIT("x / 255") {
    @Override
    double scaled(double pixel, int channel) {
      return pixel / WHITE;
    }
  },
  /** To −1…1. */
  SIGNED("x / 127.5 − 1") {
    @Override
    double scaled(double pixel, int channel) {
      return pixel / (WHITE / 2) - 1;
    }
  },
  /** By mean and deviation of ImageNet's red, green and blue, as torchvision and timm do. */
  IMAGENET("(x / 255 − mean) / deviation of ImageNet") {
    @Override
    double scaled(double pixel, int channel) {
      return (pixel / WHITE - MEANS[channel]) / DEVIATIONS[channel];
    }
  };

  private static final double WHITE = 255;
  private static final double[] MEANS = {0.485, 0.456, 0.406};
  private static final double[] DEVIATIONS = {0.229, 0.224, 0.225};

  private final String formula;

  PixelScaling(String formula) {
    this.formula = formula;
  }

  abstract double scaled(double pixel, int channel);

  /** The scaled pixels, computed in double and rounded once. */
  public Tensor apply(Tensor pixels) {
    Shape shape = pixels.shape();
    int area = shape.extent(-1) * shape.extent(-2);
    int channels = shape.extent(-3);
    return Tensor.generate(shape, i -> scaled(pixels.value(i), i / area % channels));
  }

  @Override
  public String toString() {
    return formula;
  }
}
