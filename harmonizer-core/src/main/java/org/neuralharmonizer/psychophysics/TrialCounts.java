package org.neuralharmonizer.psychophysics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Right answers and trials by condition, for each of several units, such as participants or images,
 * that can be drawn again.
 */
final class TrialCounts {
  private final List<String> conditions;
  private final List<String> units;
  private final int[][] right;
  private final int[][] all;

  /** Trials in other conditions are passed over. */
  TrialCounts(List<Trial> trials, Function<Trial, String> unit, List<String> conditions) {
    this.conditions = conditions;
    Map<String, Integer> numbers = new LinkedHashMap<>();
    trials.forEach(trial -> numbers.putIfAbsent(unit.apply(trial), numbers.size()));
    units = List.copyOf(numbers.keySet());
    right = new int[numbers.size()][conditions.size()];
    all = new int[numbers.size()][conditions.size()];
    for (Trial trial : trials) {
      int condition = conditions.indexOf(trial.condition());
      if (condition >= 0) {
        int number = numbers.get(unit.apply(trial));
        right[number][condition] += trial.isRight() ? 1 : 0;
        all[number][condition]++;
      }
    }
  }

  List<String> units() {
    return units;
  }

  /**
   * All trials by condition.
   *
   * @throws IllegalArgumentException if a condition has none
   */
  List<Accuracy> totals() {
    List<Accuracy> totals = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      int condition = i;
      int shown = Arrays.stream(all).mapToInt(unit -> unit[condition]).sum();
      if (shown == 0) {
        throw new IllegalArgumentException(
            "accuracy curve: no trial in condition \"%s\" — leave it out, or add its trials"
                .formatted(conditions.get(condition)));
      }
      int correct = Arrays.stream(right).mapToInt(unit -> unit[condition]).sum();
      totals.add(new Accuracy(correct, shown));
    }
    return totals;
  }

  /** Accuracies by condition where each unit counts so often; NaN where there is no trial. */
  double[] curve(Map<String, Integer> times) {
    double[] curve = new double[conditions.size()];
    for (int condition = 0; condition < curve.length; condition++) {
      long correct = 0;
      long shown = 0;
      for (int unit = 0; unit < units.size(); unit++) {
        int weight = times.getOrDefault(units.get(unit), 0);
        correct += (long) weight * right[unit][condition];
        shown += (long) weight * all[unit][condition];
      }
      curve[condition] = shown == 0 ? Double.NaN : (double) correct / shown;
    }
    return curve;
  }
}
