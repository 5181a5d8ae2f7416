package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Group normalization of N × C × H × W: each image's channels are normalised in groups of
 * neighbours, over channels and pixels together, with the biased variance; then {@code weight} and
 * {@code bias} per channel. Images do not influence each other. Starts with ε = 1e-5.
 *
 * @see <a href="https://arxiv.org/abs/1803.08494">Wu, He: Group normalization</a>
 */
public final class GroupNorm implements Layer {
  private static final double EPSILON = 1e-5;

  private final int groups;
  private final int channels;
  private final double epsilon;

  private GroupNorm(int groups, int channels, double epsilon) {
    if (groups < 1 || channels % groups != 0) {
      throw new ShapeException(
          "group norm: %d channels do not divide into %d groups".formatted(channels, groups));
    }
    this.groups = groups;
    this.channels = channels;
    this.epsilon = epsilon;
  }

  public static GroupNorm of(int groups, int channels) {
    return new GroupNorm(groups, channels, EPSILON);
  }

  public GroupNorm withEpsilon(double other) {
    return new GroupNorm(groups, channels, other);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Shape shape = input.shape();
    if (shape.rank() != 4 || shape.extent(1) != channels) {
      throw context.shapeError(
          "group norm", "input is %s, expected N × %d × H × W".formatted(shape, channels));
    }
    int members = shape.inner().size() / groups;
    Expr grouped = input.reshape(shape.extent(0), groups, members);
    Expr centred = grouped.minus(grouped.meanKeeping(-1));
    Expr variance = centred.squared().meanKeeping(-1);
    return centred
        .times(variance.plus(epsilon).sqrt().reciprocal())
        .reshape(shape)
        .times(parameter("weight", Initializer.ones(), context))
        .plus(parameter("bias", Initializer.zeros(), context));
  }

  private Expr parameter(String name, Initializer initializer, Context context) {
    return context
        .parameter(name, Shape.of(channels), ParameterRole.NORMALIZATION, initializer)
        .reshape(channels, 1, 1);
  }
}
