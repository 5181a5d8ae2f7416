package org.neuralharmonizer.psychophysics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether two observers are right and wrong on the same stimuli, beyond what their accuracies make
 * likely: Cohen's κ = (c − e) / (1 − e).
 *
 * @param stimuli that both saw
 * @param observed the share c on which both were right or both wrong
 * @param expected the share e of independent observers of these accuracies: p₁p₂ + (1 − p₁)(1 − p₂)
 * @see <a href="https://arxiv.org/abs/2006.16736">Geirhos, Meding, Wichmann: Beyond accuracy</a>
 */
public record ErrorConsistency(int stimuli, double observed, double expected) {

  /**
   * Of two observers, over the stimuli that both saw.
   *
   * @throws IllegalArgumentException if they share none, or one saw a stimulus twice
   */
  public static ErrorConsistency of(List<Trial> first, List<Trial> second) {
    Map<String, Boolean> other = rights(second);
    int shared = 0;
    int same = 0;
    int rightFirst = 0;
    int rightSecond = 0;
    for (Map.Entry<String, Boolean> each : rights(first).entrySet()) {
      Boolean its = other.get(each.getKey());
      if (its != null) {
        shared++;
        same += its.equals(each.getValue()) ? 1 : 0;
        rightFirst += each.getValue() ? 1 : 0;
        rightSecond += its ? 1 : 0;
      }
    }
    return of(shared, same, rightFirst, rightSecond);
  }

  private static ErrorConsistency of(int shared, int same, int rightFirst, int rightSecond) {
    if (shared == 0) {
      throw new IllegalArgumentException(
          "error consistency: the observers share no stimulus — name stimuli alike for both");
    }
    double p = (double) rightFirst / shared;
    double q = (double) rightSecond / shared;
    return new ErrorConsistency(shared, (double) same / shared, p * q + (1 - p) * (1 - q));
  }

  /**
   * Of an observer and many others together, over all trials of the others with a stimulus and
   * condition that it saw: each person sees few images in one condition, all together see many.
   * Equal to {@link #of} where there is one other.
   *
   * @throws IllegalArgumentException if they share none, or the one saw a stimulus twice in a
   *     condition
   */
  public static ErrorConsistency between(List<Trial> one, List<Trial> others) {
    Map<List<String>, Boolean> own = new HashMap<>();
    for (Trial trial : one) {
      if (own.put(List.of(trial.stimulus(), trial.condition()), trial.isRight()) != null) {
        throw seenTwice(trial);
      }
    }
    int shared = 0;
    int same = 0;
    int rightOne = 0;
    int rightOthers = 0;
    for (Trial trial : others) {
      Boolean its = own.get(List.of(trial.stimulus(), trial.condition()));
      if (its != null) {
        shared++;
        same += its == trial.isRight() ? 1 : 0;
        rightOne += its ? 1 : 0;
        rightOthers += trial.isRight() ? 1 : 0;
      }
    }
    return of(shared, same, rightOne, rightOthers);
  }

  /** How many trials of others have a stimulus and condition that an observer saw. */
  public static int shared(List<Trial> one, List<Trial> others) {
    Set<List<String>> seen = new HashSet<>();
    one.forEach(trial -> seen.add(List.of(trial.stimulus(), trial.condition())));
    return (int)
        others.stream()
            .filter(trial -> seen.contains(List.of(trial.stimulus(), trial.condition())))
            .count();
  }

  /**
   * Cohen's κ: 1 if the errors are the same, 0 if they are independent. NaN if both observers are
   * always right, or always wrong, where there is nothing to agree about.
   */
  public double kappa() {
    return expected == 1 ? Double.NaN : (observed - expected) / (1 - expected);
  }

  private static Map<String, Boolean> rights(List<Trial> trials) {
    Map<String, Boolean> rights = new HashMap<>();
    for (Trial trial : trials) {
      if (rights.put(trial.stimulus(), trial.isRight()) != null) {
        throw seenTwice(trial);
      }
    }
    return rights;
  }

  private static IllegalArgumentException seenTwice(Trial trial) {
    return new IllegalArgumentException(
        "error consistency: \"%s\" saw \"%s\" more than once — give one session"
            .formatted(trial.observer(), trial.stimulus()));
  }
}
