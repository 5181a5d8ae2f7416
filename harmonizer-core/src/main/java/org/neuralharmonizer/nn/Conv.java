package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * A convolution N × I × H × W → N × O × H′ × W′ (cross-correlation, as everywhere in the field),
 * with parameters {@code weight} O × I/groups × h × w and {@code bias} O.
 *
 * <p>Starts with stride 1, no padding, one group, a learned bias and He's initializer; each can be
 * replaced.
 */
public final class Conv implements Layer {
  private final int inputs;
  private final int outputs;
  private final Window window;
  private final int groups;
  private final Bias bias;
  private final Initializer initializer;

  private Conv(
      int inputs, int outputs, Window window, int groups, Bias bias, Initializer initializer) {
    if (inputs < 1 || outputs < 1 || groups < 1 || inputs % groups != 0 || outputs % groups != 0) {
      throw new ShapeException(
          "conv2d: %d input and %d output channels do not divide into %d groups"
              .formatted(inputs, outputs, groups));
    }
    this.inputs = inputs;
    this.outputs = outputs;
    this.window = window;
    this.groups = groups;
    this.bias = bias;
    this.initializer = initializer;
  }

  /** A convolution with a square filter. */
  public static Conv of(int inputs, int outputs, int kernel) {
    return of(inputs, outputs, kernel, kernel);
  }

  /** A convolution with filters of the given height and width. */
  public static Conv of(int inputs, int outputs, int height, int width) {
    Window window = new Window(height, width, 1, 1, Padding.valid());
    return new Conv(inputs, outputs, window, 1, Bias.LEARNED, Initializer.heNormal());
  }

  /** A 1 × 1 convolution. */
  public static Conv pointwise(int inputs, int outputs) {
    return of(inputs, outputs, 1);
  }

  /** One square filter for each channel. */
  public static Conv depthwise(int channels, int kernel) {
    return of(channels, channels, kernel).withGroups(channels);
  }

  public Conv withStride(int stride) {
    return with(window.withStride(stride));
  }

  /** Input positions between neighbouring taps of the filter; 1 is an ordinary convolution. */
  public Conv withDilation(int dilation) {
    return with(window.withDilation(dilation));
  }

  public Conv withPadding(Padding padding) {
    return with(window.withPadding(padding));
  }

  /** Output channels of a group see the input channels of that group only. */
  public Conv withGroups(int number) {
    return new Conv(inputs, outputs, window, number, bias, initializer);
  }

  public Conv withBias(Bias other) {
    return new Conv(inputs, outputs, window, groups, other, initializer);
  }

  /** How the filters start; biases start at 0. */
  public Conv withInitializer(Initializer other) {
    return new Conv(inputs, outputs, window, groups, bias, other);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Shape filter = Shape.of(outputs, inputs / groups, window.height(), window.width());
    WindowGeometry geometry = window.over("conv2d", input.shape(), context);
    if (input.shape().extent(1) != inputs) {
      throw context.shapeError(
          "conv2d",
          "input has %d channels, filter expects %d (input %s, filter %s%s)"
              .formatted(
                  input.shape().extent(1),
                  inputs,
                  input.shape(),
                  filter,
                  groups == 1 ? "" : ", groups " + groups));
    }
    Expr weight = context.parameter("weight", filter, ParameterRole.WEIGHT, initializer);
    Expr result = Functions.conv2d(input, weight, new ConvGeometry(geometry, groups));
    if (bias == Bias.NONE) {
      return result;
    }
    Expr shift =
        context.parameter("bias", Shape.of(outputs), ParameterRole.BIAS, Initializer.zeros());
    return result.plus(shift.reshape(outputs, 1, 1));
  }

  private Conv with(Window other) {
    return new Conv(inputs, outputs, other, groups, bias, initializer);
  }
}
