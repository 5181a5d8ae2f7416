package org.neuralharmonizer.psychophysics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    Map<String, List<Trial>> by = trials.stream().collect(Collectors.groupingBy(Trial::condition));
    TrialCounts counts = new TrialCounts(trials, Trial::observer, conditions);
    Map<String, Integer> once =
        counts.units().stream().collect(Collectors.toMap(Function.identity(), unit -> 1));
    double[] own = counts.curve(once);
    List<double[]> curves =
        counts.units().size() < 2
            ? List.of()
            : Resamples.of(counts.units(), seed).stream().map(counts::curve).toList();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      int at = i;
      List<Trial> shown = by.getOrDefault(conditions.get(i), List.of());
      if (shown.isEmpty()) {
        throw new IllegalArgumentException(
            "accuracy curve: no trial in condition \"%s\" — leave it out, or add its trials"
                .formatted(conditions.get(i)));
      }
      int right = (int) shown.stream().filter(Trial::isRight).count();
      points.add(
          new Point(
              conditions.get(i),
              new Accuracy(right, shown.size()),
              Resamples.interval(
                  own[i],
                  IntStream.range(0, curves.size()).boxed().toList(),
                  resample -> curves.get(resample)[at],
                  "observers, seed " + seed)));
    }
    return new AccuracyCurve(points, counts.units().size());
  }

  /** The accuracies, in order. */
  public double[] values() {
    return points.stream().mapToDouble(point -> point.accuracy().value()).toArray();
  }
}
