package org.neuralharmonizer.data;

import java.util.Locale;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * How an image or a map gets another size. Works on the two innermost axes of H × W, C × H × W or N
 * × C × H × W; computed in double and rounded once to float. A NaN spreads to the pixels it
 * touches.
 */
public enum Resampling {
  /**
   * Linear interpolation between the four nearest pixel centres: half-pixel centres, edges clamped,
   * no antialiasing. Equals {@code tf.image.resize} version 2 and PyTorch's {@code interpolate}
   * with {@code align_corners=False}. Making an image smaller skips pixels.
   */
  BILINEAR,

  /**
   * The mean over the rectangle that an output pixel covers, pixels at its border by the share that
   * lies inside. The sum of an image divided by its number of pixels is kept.
   */
  AREA;

  /**
   * The same picture on another grid.
   *
   * @throws ShapeException if the planes have no pixels or the size is not positive
   */
  public Tensor resize(Tensor planes, int height, int width) {
    SeparableFilter.requirePlanes("resize", planes);
    if (height < 1 || width < 1) {
      throw new ShapeException(
          "resize: the new size must be at least 1 × 1, not " + height + " × " + width);
    }
    return new SeparableFilter(
            taps(planes.shape().extent(-2), height), taps(planes.shape().extent(-1), width))
        .apply(planes);
  }

  /** Resizing to one size as a step of preparing maps. */
  public MapPreparation to(int height, int width) {
    return MapPreparation.named(
        name().toLowerCase(Locale.ROOT) + " to " + height + " × " + width,
        maps -> resize(maps, height, width));
  }

  private AxisTaps taps(int inputs, int outputs) {
    return switch (this) {
      case BILINEAR -> AxisTaps.bilinear(inputs, outputs);
      case AREA -> AxisTaps.area(inputs, outputs);
    };
  }
}
