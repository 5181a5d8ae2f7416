package org.neuralharmonizer.psychophysics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.neuralharmonizer.tensor.SeededRandom;

/** Units drawn again with replacement, as many as there are. */
final class Resamples {
  private static final int COUNT = 1000;
  private static final double LEVEL = 0.95;

  private Resamples() {}

  /** How often each unit is drawn, in each resample. */
  static List<Map<String, Integer>> of(List<String> units, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    return IntStream.range(0, COUNT)
        .mapToObj(
            resample -> {
              Map<String, Integer> times = new HashMap<>();
              for (int i = 0; i < units.size(); i++) {
                times.merge(units.get(random.nextInt(units.size())), 1, Integer::sum);
              }
              return times;
            })
        .toList();
  }

  /** An interval of percentiles around a value; resamples without one are left out. */
  static <T> Interval interval(
      double value, List<T> resamples, ToDoubleFunction<T> statistic, String what) {
    double[] values =
        resamples.stream().mapToDouble(statistic).filter(Double::isFinite).sorted().toArray();
    if (values.length < 2) {
      return new Interval(value, Double.NaN, Double.NaN, Double.NaN, values.length, what);
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(each -> (each - mean) * (each - mean)).sum();
    Percentile percentile = new Percentile();
    percentile.setData(values);
    double tail = 100 * (1 - LEVEL) / 2;
    return new Interval(
        value,
        Math.sqrt(squares / (values.length - 1)),
        percentile.evaluate(tail),
        percentile.evaluate(100 - tail),
        values.length,
        what);
  }
}
