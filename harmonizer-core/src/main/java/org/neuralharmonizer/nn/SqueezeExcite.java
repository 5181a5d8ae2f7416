package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;

/**
 * Channels weighted by what the whole image holds: global average, a 1 × 1 convolution {@code
 * reduce}, an activation, a 1 × 1 convolution {@code expand}, sigmoid; the result multiplies the
 * input. Starts with ReLU.
 *
 * @see <a href="https://arxiv.org/abs/1709.01507">Hu, Shen, Albanie, Sun, Wu:
 *     Squeeze-and-excitation networks</a>
 */
public final class SqueezeExcite implements Layer {
  private final int channels;
  private final int reduced;
  private final Activation activation;
  private final String reduce;
  private final String expand;

  private SqueezeExcite(
      int channels, int reduced, Activation activation, String reduce, String expand) {
    this.channels = channels;
    this.reduced = reduced;
    this.activation = activation;
    this.reduce = reduce;
    this.expand = expand;
  }

  public static SqueezeExcite of(int channels, int reduced) {
    return new SqueezeExcite(channels, reduced, Activation.RELU, "reduce", "expand");
  }

  public SqueezeExcite withActivation(Activation other) {
    return new SqueezeExcite(channels, reduced, other, reduce, expand);
  }

  /** Other names for its two convolutions. */
  public SqueezeExcite withNames(String reducing, String expanding) {
    return new SqueezeExcite(channels, reduced, activation, reducing, expanding);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    if (input.shape().rank() != 4 || input.shape().extent(1) != channels) {
      throw context.shapeError(
          "squeeze-excite",
          "input is %s, expected N × %d × H × W".formatted(input.shape(), channels));
    }
    Expr squeezed = input.meanKeeping(-2, -1);
    Expr hidden = context.apply(reduce, Conv.pointwise(channels, reduced), squeezed);
    Expr active = activation.of(hidden);
    Expr gates = context.apply(expand, Conv.pointwise(reduced, channels), active);
    return input.times(Activation.SIGMOID.of(gates));
  }
}
