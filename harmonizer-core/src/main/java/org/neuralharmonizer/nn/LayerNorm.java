package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;

/**
 * Layer normalization along one axis: (x − mean) / √(variance + ε) · {@code weight} + {@code bias},
 * with the biased variance. Constant features give {@code bias}. Starts with ε = 1e-6.
 *
 * @see <a href="https://arxiv.org/abs/1607.06450">Ba, Kiros, Hinton: Layer normalization</a>
 */
public final class LayerNorm implements Layer {
  private static final double EPSILON = 1e-6;
  private static final int INNERMOST = -1;
  private static final int CHANNELS = 1;

  private final int features;
  private final int axis;
  private final double epsilon;

  private LayerNorm(int features, int axis, double epsilon) {
    this.features = features;
    this.axis = axis;
    this.epsilon = epsilon;
  }

  /** Over the innermost axis, as for tokens. */
  public static LayerNorm of(int features) {
    return new LayerNorm(features, INNERMOST, EPSILON);
  }

  /** Over the channels of each pixel of N × C × H × W. */
  public static LayerNorm overChannels(int channels) {
    return new LayerNorm(channels, CHANNELS, EPSILON);
  }

  public LayerNorm withEpsilon(double other) {
    return new LayerNorm(features, axis, other);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Shape shape = input.shape();
    boolean fits = shape.rank() >= (axis == CHANNELS ? 4 : 1) && shape.extent(axis) == features;
    if (!fits) {
      throw context.shapeError(
          "layer norm",
          "input is %s, expected %s"
              .formatted(
                  shape, axis == CHANNELS ? "N × " + features + " × H × W" : "… × " + features));
    }
    Shape each = axis == CHANNELS ? Shape.of(features, 1, 1) : Shape.of(features);
    Expr centred = input.minus(input.meanKeeping(axis));
    Expr variance = centred.squared().meanKeeping(axis);
    return centred
        .times(variance.plus(epsilon).sqrt().reciprocal())
        .times(parameter("weight", Initializer.ones(), context).reshape(each))
        .plus(parameter("bias", Initializer.zeros(), context).reshape(each));
  }

  private Expr parameter(String name, Initializer initializer, Context context) {
    return context.parameter(name, Shape.of(features), ParameterRole.NORMALIZATION, initializer);
  }
}
