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
    return ofCurves(scaled("model", model), scaled("people", people), seed);
  }

  /**
   * What the scorer in the unmerged evaluation code returns, to reproduce its numbers: it compares
   * the percentages revealed, as they are, with people's scaled curve. It depends on no model, and
   * says nothing about one.
   *
   * @param percents such as {@link RevealLevels#percents}
   * @see <a href="https://github.com/serre-lab/Harmonization/pull/16">serre-lab/Harmonization, pull
   *     request 16, harmonization/evaluation/psychophysics.py</a>
   */
  public static DecisionAlignment asInUnmergedCode(double[] percents, double[] people, long seed) {
    return ofCurves(percents.clone(), scaled("people", people), seed);
  }

  /** Without resamples. */
  static double value(double[] model, double[] people) {
    return value(squares(scaled("model", model), scaled("people", people)));
  }

  private static DecisionAlignment ofCurves(double[] a, double[] b, long seed) {
    double[] squares = squares(a, b);
    SeededRandom random = SeededRandom.of(seed);
    double[] scores = new double[RESAMPLES];
    int kept = 0;
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int j = 0; j < squares.length; j++) {
        sum += squares[random.nextInt(squares.length)];
      }
      // Resamples of levels on which the curves are equal say nothing; they would be infinite.
      if (sum > 0) {
        scores[kept++] = -Math.log(sum / squares.length);
      }
    }
    double[] finite = Arrays.copyOf(scores, kept);
    double mean = Arrays.stream(finite).average().orElse(Double.NaN);
    double deviation = Arrays.stream(finite).map(score -> square(score - mean)).sum();
    return new DecisionAlignment(
        value(squares), mean, kept > 1 ? Math.sqrt(deviation / (kept - 1)) : Double.NaN, kept);
  }

  private static double[] squares(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "decision alignment: %d levels of the model, %d of people".formatted(a.length, b.length));
    }
    double[] squares = new double[a.length];
    Arrays.setAll(squares, i -> square(a[i] - b[i]));
    return squares;
  }

  private static double value(double[] squares) {
    return -Math.log(Arrays.stream(squares).sum() / squares.length);
  }

  /**
   * A curve from 0 to 1: (x − min) / (max − min).
   *
   * @throws IllegalArgumentException unless it {@link #canBeScaled}
   */
  public static double[] scaled(String name, double[] curve) {
    if (!canBeScaled(curve)) {
      throw new IllegalArgumentException(
          "decision alignment: the curve of %s is flat (%s), and cannot be scaled"
              .formatted(name, Arrays.toString(curve)));
    }
    double low = Arrays.stream(curve).min().orElseThrow();
    double high = Arrays.stream(curve).max().orElseThrow();
    return Arrays.stream(curve).map(x -> (x - low) / (high - low)).toArray();
  }

  /** Whether a curve is not flat, and has a number everywhere. */
  public static boolean canBeScaled(double[] curve) {
    double low = Arrays.stream(curve).min().orElse(Double.NaN);
    double high = Arrays.stream(curve).max().orElse(Double.NaN);
    return high > low;
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
