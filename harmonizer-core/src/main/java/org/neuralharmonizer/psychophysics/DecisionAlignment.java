package org.neuralharmonizer.psychophysics;

import java.util.Arrays;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * How alike two curves of accuracy over levels are: −ln of the mean squared difference of the
 * curves, each scaled so that it reaches from 0 to 1. Larger is more alike; equal curves give +∞.
 *
 * <p>Resamples are of levels, with replacement, as the scorer in the unmerged evaluation code of
 * the paper's repository draws them. That scorer puts the percentages revealed where the model's
 * curve is meant; here the model's curve is compared.
 *
 * @param value of the curves as they are
 * @param mean over resamples of the levels; NaN of none
 * @param deviation of the resamples, with n − 1; NaN of fewer than two
 * @param resamples how many; those of levels on which the curves are equal are left out
 */
public record DecisionAlignment(double value, double mean, double deviation, int resamples) {
  private static final int RESAMPLES = 1000;

  /** With 1000 resamples of the levels. */
  public static DecisionAlignment of(double[] model, double[] people, long seed) {
    double[] a = scaled("model", model);
    double[] b = scaled("people", people);
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "decision alignment: %d levels of the model, %d of people".formatted(a.length, b.length));
    }
    SeededRandom random = SeededRandom.of(seed);
    double[] scores = new double[RESAMPLES];
    int kept = 0;
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int j = 0; j < a.length; j++) {
        int level = random.nextInt(a.length);
        sum += square(a[level] - b[level]);
      }
      // Resamples of levels on which the curves are equal say nothing; they would be infinite.
      if (sum > 0) {
        scores[kept++] = -Math.log(sum / a.length);
      }
    }
    double[] finite = Arrays.copyOf(scores, kept);
    double mean = Arrays.stream(finite).average().orElse(Double.NaN);
    double squares = Arrays.stream(finite).map(score -> square(score - mean)).sum();
    double all = 0;
    for (int j = 0; j < a.length; j++) {
      all += square(a[j] - b[j]);
    }
    return new DecisionAlignment(
        -Math.log(all / a.length),
        mean,
        kept > 1 ? Math.sqrt(squares / (kept - 1)) : Double.NaN,
        kept);
  }

  /**
   * A curve from 0 to 1: (x − min) / (max − min).
   *
   * @throws IllegalArgumentException if it is flat, or has fewer than two levels
   */
  public static double[] scaled(String name, double[] curve) {
    double low = Arrays.stream(curve).min().orElse(Double.NaN);
    double high = Arrays.stream(curve).max().orElse(Double.NaN);
    if (!(high > low)) {
      throw new IllegalArgumentException(
          "decision alignment: the curve of %s is flat (%s), and cannot be scaled"
              .formatted(name, Arrays.toString(curve)));
    }
    return Arrays.stream(curve).map(x -> (x - low) / (high - low)).toArray();
  }

  /** The mean difference of the scaled curves, the model's above people's counting as positive. */
  public static double areaBetween(double[] model, double[] people) {
    double[] a = scaled("model", model);
    double[] b = scaled("people", people);
    double sum = 0;
    for (int i = 1; i < a.length; i++) {
      sum += (a[i] - b[i] + a[i - 1] - b[i - 1]) / 2;
    }
    return sum / (a.length - 1);
  }

  private static double square(double x) {
    return x * x;
  }
}
