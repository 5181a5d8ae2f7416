package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;

/**
 * Each channel of N × C × H × W times a learned number, the parameter {@code gamma}: the layer
 * scale of deep residual branches. Starts at 1e-6, which makes the branch nearly silent.
 *
 * @see <a href="https://arxiv.org/abs/2103.17239">Touvron et al.: Going deeper with image
 *     transformers</a>
 */
public final class ChannelScale implements Layer {
  private static final double START = 1e-6;

  private final int channels;

  private ChannelScale(int channels) {
    this.channels = channels;
  }

  public static ChannelScale of(int channels) {
    return new ChannelScale(channels);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    if (input.shape().rank() != 4 || input.shape().extent(1) != channels) {
      throw context.shapeError(
          "channel scale",
          "input is %s, expected N × %d × H × W".formatted(input.shape(), channels));
    }
    Expr gamma =
        context.parameter(
            "gamma", Shape.of(channels), ParameterRole.WEIGHT, Initializer.constant(START));
    return input.times(gamma.reshape(channels, 1, 1));
  }
}
