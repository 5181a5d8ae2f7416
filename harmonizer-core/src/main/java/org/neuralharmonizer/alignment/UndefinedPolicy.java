package org.neuralharmonizer.alignment;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * What a mean does with scores that have no value, such as a correlation with a constant map. Under
 * every policy results carry how many there were.
 */
public enum UndefinedPolicy {
  /** Leaves them out of the mean and counts them. The mean of nothing is NaN. */
  EXCLUDE_AND_COUNT,
  /** Takes them as 0, the score of chance, and counts them. */
  ZERO,
  /** Refuses, naming the first. */
  FAIL;

  /** The scores to average; {@code name} says what the i-th score belongs to. */
  double[] apply(double[] scores, IntFunction<String> name) {
    return switch (this) {
      case EXCLUDE_AND_COUNT ->
          Arrays.stream(scores).filter(score -> !Double.isNaN(score)).toArray();
      case ZERO -> Arrays.stream(scores).map(score -> Double.isNaN(score) ? 0 : score).toArray();
      case FAIL -> {
        for (int i = 0; i < scores.length; i++) {
          if (Double.isNaN(scores[i])) {
            throw new IllegalArgumentException(
                name.apply(i)
                    + ": the score is undefined, a map is constant — repair the map or choose"
                    + " UndefinedPolicy.EXCLUDE_AND_COUNT or ZERO");
          }
        }
        yield scores.clone();
      }
    };
  }

  /** The mean under this policy; NaN where nothing is left. */
  double mean(double[] scores, IntFunction<String> name) {
    return Arrays.stream(apply(scores, name)).average().orElse(Double.NaN);
  }

  static int countUndefined(double[] scores) {
    return (int) Arrays.stream(scores).filter(Double::isNaN).count();
  }
}
