package org.neuralharmonizer.psychophysics;

import java.util.ArrayList;
import java.util.List;

/**
 * Accuracy by condition, over all trials of one or several observers.
 *
 * @param points in the order of the conditions
 * @param observers how many there were
 */
public record AccuracyCurve(List<Point> points, int observers) {
  private static final double LEVEL = 0.95;

  public AccuracyCurve {
    points = List.copyOf(points);
  }

  /**
   * One condition.
   *
   * @param accuracy with its binomial interval, as if all trials were independent
   * @param overObservers the interval when observers are drawn anew; NaN with fewer than two
   */
  public record Point(String condition, Accuracy accuracy, Interval overObservers) {
    /** The lower end of the wider of the two intervals, at 95 %. */
    public double lower() {
      return Math.min(accuracy.lower(LEVEL), orElse(overObservers.lower(), 1));
    }

    /** The upper end. */
    public double upper() {
      return Math.max(accuracy.upper(LEVEL), orElse(overObservers.upper(), 0));
    }

    private static double orElse(double value, double otherwise) {
      return Double.isNaN(value) ? otherwise : value;
    }
  }

  /**
   * The curve of some trials.
   *
   * @param conditions in order; trials in others are passed over
   * @param seed of the draws of observers
   * @throws IllegalArgumentException if a condition has no trial
   */
  public static AccuracyCurve of(List<Trial> trials, List<String> conditions, long seed) {
    TrialCounts counts = new TrialCounts(trials, Trial::observer, conditions);
    List<Accuracy> totals = counts.totals();
    List<double[]> curves =
        counts.units().size() < 2
            ? List.of()
            : Resamples.of(counts.units(), seed).stream().map(counts::curve).toList();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      int at = i;
      Interval overObservers =
          Resamples.interval(
              totals.get(i).value(), curves, curve -> curve[at], "observers, seed " + seed);
      points.add(new Point(conditions.get(i), totals.get(i), overObservers));
    }
    return new AccuracyCurve(points, counts.units().size());
  }

  /** The accuracies, in order. */
  public double[] values() {
    return points.stream().mapToDouble(point -> point.accuracy().value()).toArray();
  }
}
