package org.neuralharmonizer.explain;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Copies of an image with Gaussian noise. The noise of a copy depends on the seed and the copy's
 * number alone: every image gets the same, so its map depends neither on its neighbours in a batch
 * nor on when it is computed, and inside a loss the explanation stays one function of the network.
 *
 * @param samples copies of each image
 * @param spread the noise's standard deviation in units of the network's input; published is 0.1 to
 *     0.2 of the range of an image
 * @param seed of the noise
 * @param maxBatch images at which the network is applied at once, unless a batch has more
 */
public record NoiseSampling(int samples, double spread, long seed, int maxBatch) {
  private static final int WHOLE_BATCH = 1;

  public NoiseSampling {
    Copies.positive("noise sampling: samples", samples);
    Copies.positive("noise sampling: maxBatch", maxBatch);
    if (!(spread >= 0) || Double.isInfinite(spread)) {
      throw new IllegalArgumentException(
          "noise sampling: the spread must be a number from 0 on, not " + spread);
    }
  }

  /** The copies of a batch one after another, noise from seed 0. */
  public static NoiseSampling of(int samples, double spread) {
    return new NoiseSampling(samples, spread, 0, WHOLE_BATCH);
  }

  public NoiseSampling withSeed(long other) {
    return new NoiseSampling(samples, spread, other, maxBatch);
  }

  public NoiseSampling withMaxBatch(int other) {
    return new NoiseSampling(samples, spread, seed, other);
  }

  /** Gradients at the copies, in parts k × N × C × H × W. */
  List<Expr> gradients(ClassScore score, Model model, Expr images, Expr labels) {
    Shape image = images.shape().inner();
    return Copies.gradients(
        score, model, images, labels, samples, maxBatch, i -> images.plus(noise(image, i)));
  }

  /** The mean over copies, N × C × H × W. */
  Expr mean(List<Expr> parts) {
    return parts.stream()
        .map(each -> each.sum(0))
        .reduce(Expr::plus)
        .orElseThrow()
        .times(1.0 / samples);
  }

  private Expr noise(Shape image, int number) {
    SeededRandom random = SeededRandom.of(seed).stream(number);
    return Expr.constant(Tensor.generate(image, i -> spread * random.nextGaussian()));
  }
}
