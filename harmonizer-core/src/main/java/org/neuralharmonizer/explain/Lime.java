package org.neuralharmonizer.explain;

import java.util.Arrays;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The coefficients of a linear model of the score in the presence of patches, fitted by weighted
 * ridge regression to random removals. Every patch is kept with probability ½; the first sample is
 * the whole image. A sample with k of D patches weighs exp(−d² / width²), d = 1 − √(k/D) being its
 * cosine distance from the whole. The intercept is not penalized. A score that is linear in
 * presence is recovered exactly without a penalty.
 *
 * @param samples more than there are patches
 * @param width of the kernel; published is 0.25
 * @param ridge the penalty of squared coefficients, from 0 on
 * @see <a href="https://arxiv.org/abs/1602.04938">Ribeiro, Singh, Guestrin: Why should I trust
 *     you?</a>
 */
public record Lime(Patches patches, int samples, double width, double ridge, long seed)
    implements BlackBoxExplanation {
  private static final double WIDTH = 0.25;
  private static final double RIDGE = 1;

  public Lime {
    if (samples <= patches.count()) {
      throw new IllegalArgumentException(
          "lime: %d samples do not determine %d patches — use more samples or fewer patches"
              .formatted(samples, patches.count()));
    }
    if (!(width > 0) || !(ridge >= 0)) {
      throw new IllegalArgumentException(
          "lime: the width must be positive and the ridge not negative (%s and %s)"
              .formatted(width, ridge));
    }
  }

  /** With the published kernel and a penalty of 1. */
  public static Lime of(Patches patches, int samples) {
    return new Lime(patches, samples, WIDTH, RIDGE, 0);
  }

  public Lime withRidge(double other) {
    return new Lime(patches, samples, width, other, seed);
  }

  @Override
  public Tensor explain(Perturbations image) {
    int count = patches.count();
    double[] scores = image.scores(samples, i -> patches.spread(presence(i), image));
    LinearFit fit = new LinearFit(count + 1);
    for (int i = 0; i < samples; i++) {
      double[] presence = presence(i);
      double distance = 1 - Math.sqrt(Arrays.stream(presence).sum() / count);
      double[] row = Arrays.copyOf(presence, count + 1);
      row[count] = 1;
      fit.add(row, scores[i], Math.exp(-distance * distance / (width * width)));
    }
    for (int i = 0; i < count; i++) {
      fit.penalize(i, ridge);
    }
    return patches.map(fit.solve(), image);
  }

  private double[] presence(int sample) {
    SeededRandom random = SeededRandom.of(seed).stream(sample);
    double[] presence = new double[patches.count()];
    for (int i = 0; i < presence.length; i++) {
      presence[i] = sample == 0 || random.nextDouble() < 0.5 ? 1 : 0;
    }
    return presence;
  }
}
