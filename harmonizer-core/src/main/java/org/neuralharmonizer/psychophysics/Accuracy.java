package org.neuralharmonizer.psychophysics;

import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * How many trials were right.
 *
 * @param right of them
 * @param trials at least one
 */
public record Accuracy(int right, int trials) {
  public Accuracy {
    if (trials < 1 || right < 0 || right > trials) {
      throw new IllegalArgumentException("accuracy: %d of %d trials".formatted(right, trials));
    }
  }

  /** The share that was right. */
  public double value() {
    return (double) right / trials;
  }

  /**
   * The lower end of Clopper and Pearson's interval, which covers the true share at least as often
   * as its level says.
   *
   * @param level such as 0.95
   * @see <a href="https://doi.org/10.1093/biomet/26.4.404">Clopper, Pearson 1934</a>
   */
  public double lower(double level) {
    return right == 0 ? 0 : quantile(right, trials - right + 1, (1 - level) / 2);
  }

  /** The upper end. */
  public double upper(double level) {
    return right == trials ? 1 : quantile(right + 1, trials - right, (1 + level) / 2);
  }

  private static double quantile(double a, double b, double share) {
    return new BetaDistribution(null, a, b).inverseCumulativeProbability(share);
  }
}
