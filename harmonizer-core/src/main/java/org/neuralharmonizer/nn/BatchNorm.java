package org.neuralharmonizer.nn;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;

/**
 * Batch normalization of each channel (axis 1) over all other axes: (x − mean) / √(variance + ε) ·
 * {@code weight} + {@code bias}.
 *
 * <p>In training the batch's mean and biased variance normalise, and are part of the graph, so that
 * the saliency of one image depends on the others; the running statistics move by {@code momentum}
 * towards the batch's. Of a batch in {@linkplain Context#amongShares shares} they are those of all
 * shares together. In inference {@code running_mean} and {@code running_var} normalise. A constant
 * channel gives {@code bias}.
 *
 * @see <a href="https://arxiv.org/abs/1502.03167">Ioffe, Szegedy: Batch normalization</a>
 */
public final class BatchNorm implements Layer {
  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  /** Which variance of the batch is recorded; the biased one always normalises. */
  public enum RunningVariance {
    /**
     * Divisor n − 1, as in PyTorch; of a single element, where that is undefined, the biased one.
     */
    UNBIASED,
    /** Divisor n. */
    BIASED
  }

  private final int channels;
  private final double epsilon;
  private final double momentum;
  private final RunningVariance recorded;

  private BatchNorm(int channels, double epsilon, double momentum, RunningVariance recorded) {
    this.channels = channels;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.recorded = recorded;
  }

  /** With PyTorch's choices: ε = 1e-5, momentum 0.1, unbiased running variance. */
  public static BatchNorm of(int channels) {
    return new BatchNorm(channels, EPSILON, MOMENTUM, RunningVariance.UNBIASED);
  }

  public BatchNorm withEpsilon(double other) {
    return new BatchNorm(channels, other, momentum, recorded);
  }

  /** The weight of the new batch in the running statistics: Keras' momentum 0.99 is 0.01 here. */
  public BatchNorm withMomentum(double other) {
    return new BatchNorm(channels, epsilon, other, recorded);
  }

  public BatchNorm withRunningVariance(RunningVariance other) {
    return new BatchNorm(channels, epsilon, momentum, other);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Shape shape = input.shape();
    if (shape.rank() < 2 || shape.extent(1) != channels) {
      throw context.shapeError(
          "batch norm", "input is %s, expected N × %d × …".formatted(shape, channels));
    }
    Shape each = Shape.of(channels);
    Expr weight =
        context.parameter("weight", each, ParameterRole.NORMALIZATION, Initializer.ones());
    Expr bias = context.parameter("bias", each, ParameterRole.NORMALIZATION, Initializer.zeros());
    Expr mean = context.buffer("running_mean", each, Initializer.zeros());
    Expr variance = context.buffer("running_var", each, Initializer.ones());
    if (context.mode() == Mode.INFERENCE) {
      // Two numbers per channel are enough, which leaves one multiply-add per element.
      Expr scale = weight.times(inverseDeviation(variance));
      Expr shift = bias.minus(mean.times(scale));
      return input.times(along(shape, scale)).plus(along(shape, shift));
    }
    int[] others = IntStream.range(0, shape.rank()).filter(axis -> axis != 1).toArray();
    Expr batchMean = context.meanOverShares(input.meanKeeping(others));
    Expr centred = input.minus(batchMean);
    Expr batchVariance = context.meanOverShares(centred.squared().meanKeeping(others));
    record(context, mean, batchMean.reshape(each));
    record(
        context, variance, batchVariance.reshape(each).times(correction(shape, context.shares())));
    Expr scale = along(shape, weight).times(inverseDeviation(batchVariance));
    return centred.times(scale).plus(along(shape, bias));
  }

  private void record(Context context, Expr running, Expr batch) {
    context.update(running, running.times(1 - momentum).plus(batch.times(momentum)));
  }

  private double correction(Shape shape, int shares) {
    int n = shape.size() / channels * shares;
    return recorded == RunningVariance.BIASED || n < 2 ? 1 : n / (n - 1.0);
  }

  private Expr inverseDeviation(Expr variance) {
    return variance.plus(epsilon).sqrt().reciprocal();
  }

  private Expr along(Shape shape, Expr perChannel) {
    int[] extents = new int[shape.rank()];
    Arrays.fill(extents, 1);
    extents[1] = channels;
    return perChannel.reshape(extents);
  }
}
