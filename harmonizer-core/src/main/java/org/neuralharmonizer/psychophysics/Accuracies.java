package org.neuralharmonizer.psychophysics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Accuracies of observers by condition. */
public final class Accuracies {
  private Accuracies() {}

  /** By condition, in the order of their names. */
  public static Map<String, Accuracy> byCondition(List<Trial> trials) {
    return byCondition(trials, Trial::isRight);
  }

  /**
   * By condition, with another rule of what is right, such as whether animal and answer agree.
   *
   * @throws IllegalArgumentException if there is no trial
   */
  public static Map<String, Accuracy> byCondition(List<Trial> trials, Predicate<Trial> isRight) {
    return by(Trial::condition, trials, isRight);
  }

  /** By observer, in the order of their names. */
  public static Map<String, Accuracy> byObserver(List<Trial> trials) {
    return by(Trial::observer, trials, Trial::isRight);
  }

  /** The trials of each observer, in the order in which observers come. */
  public static Map<String, List<Trial>> observers(List<Trial> trials) {
    Map<String, List<Trial>> found = new LinkedHashMap<>();
    trials.forEach(
        trial -> found.computeIfAbsent(trial.observer(), key -> new ArrayList<>()).add(trial));
    return found;
  }

  private static Map<String, Accuracy> by(
      Function<Trial, String> key, List<Trial> trials, Predicate<Trial> isRight) {
    if (trials.isEmpty()) {
      throw new IllegalArgumentException("accuracies: there is no trial");
    }
    Map<String, int[]> counts = new TreeMap<>();
    for (Trial trial : trials) {
      int[] count = counts.computeIfAbsent(key.apply(trial), name -> new int[2]);
      count[0] += isRight.test(trial) ? 1 : 0;
      count[1]++;
    }
    Map<String, Accuracy> accuracies = new TreeMap<>();
    counts.forEach((name, count) -> accuracies.put(name, new Accuracy(count[0], count[1])));
    return accuracies;
  }
}
