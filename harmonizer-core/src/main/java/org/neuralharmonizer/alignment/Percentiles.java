package org.neuralharmonizer.alignment;

import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/** Percentiles by linear interpolation between order statistics; NaN of no values. */
final class Percentiles {
  private Percentiles() {}

  static double of(double[] values, double percent) {
    return values.length == 0
        ? Double.NaN
        : new Percentile().withEstimationType(EstimationType.R_7).evaluate(values, percent);
  }

  /** The interval of a mean from the means of resamples; NaN of fewer than two. */
  static BootstrapInterval interval(
      double mean, double[] means, double level, int resamples, String settings) {
    double[] enough = means.length > 1 ? means : new double[0];
    double tail = 100 * (1 - level) / 2;
    return new BootstrapInterval(
        mean,
        new StandardDeviation().evaluate(enough),
        of(enough, tail),
        of(enough, 100 - tail),
        level,
        resamples,
        settings);
  }
}
