package org.neuralharmonizer.psychophysics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which participants and trials count. Nobody is left out silently: {@link #apply} says who and
 * why.
 *
 * @param leastWholeAccuracy accuracy on whole images, which anybody who does the task reaches
 * @param mostTimeouts share of trials without an answer
 * @param mostOneKey share of answers that are the same, above which somebody presses one key
 * @param shortestSeconds answers before this are guesses and count as none
 * @see <a
 *     href="https://github.com/serre-lab/rapid_categorization">serre-lab/rapid_categorization</a>,
 *     which filters by accuracy on whole images, time-outs, variance of keys and answers within 20
 *     ms
 */
public record ParticipantFilter(
    double leastWholeAccuracy, double mostTimeouts, double mostOneKey, double shortestSeconds) {

  /** Better than chance on whole images, at most a third of time-outs, at most 95 % of one key. */
  public static ParticipantFilter standard() {
    return new ParticipantFilter(0.5, 1 / 3.0, 0.95, 0.02);
  }

  /** Leaves everything in. */
  public static ParticipantFilter none() {
    return new ParticipantFilter(-1, 1, 1, 0);
  }

  /**
   * What is left.
   *
   * @param trials of the participants kept; answers that came too fast are no answers
   * @param excluded the others, with the reason
   * @param tooFast how many answers of those kept came too fast
   */
  public record Result(List<Trial> trials, Map<String, String> excluded, int tooFast) {}

  /**
   * Filters.
   *
   * @param isWhole which trials show whole images; participants without any are not judged by it
   */
  public Result apply(List<Trial> trials, Predicate<Trial> isWhole) {
    List<Trial> kept = new ArrayList<>();
    Map<String, String> excluded = new LinkedHashMap<>();
    int tooFast = 0;
    for (Map.Entry<String, List<Trial>> each : Accuracies.observers(trials).entrySet()) {
      List<Trial> own = each.getValue().stream().map(this::withoutGuess).toList();
      Optional<String> reason = reason(own, isWhole);
      if (reason.isPresent()) {
        excluded.put(each.getKey(), reason.get());
      } else {
        kept.addAll(own);
        tooFast += (int) each.getValue().stream().filter(this::isTooFast).count();
      }
    }
    return new Result(kept, excluded, tooFast);
  }

  private boolean isTooFast(Trial trial) {
    return trial.answer() != null && trial.seconds() < shortestSeconds;
  }

  private Trial withoutGuess(Trial trial) {
    return isTooFast(trial)
        ? new Trial(
            trial.observer(),
            trial.session(),
            trial.condition(),
            trial.stimulus(),
            trial.truth(),
            null,
            trial.seconds())
        : trial;
  }

  private Optional<String> reason(List<Trial> own, Predicate<Trial> isWhole) {
    List<Trial> whole = own.stream().filter(isWhole).toList();
    double right = share(whole, Trial::isRight);
    if (!whole.isEmpty() && !(right > leastWholeAccuracy)) {
      return Optional.of(share(right) + " right on whole images");
    }
    double missed = share(own, trial -> trial.answer() == null);
    if (missed > mostTimeouts) {
      return Optional.of(share(missed) + " of trials without an answer");
    }
    Map<String, Integer> answers = new HashMap<>();
    own.forEach(
        trial -> {
          if (trial.answer() != null) {
            answers.merge(trial.answer(), 1, Integer::sum);
          }
        });
    int all = answers.values().stream().mapToInt(Integer::intValue).sum();
    int most = answers.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return most > mostOneKey * all
        ? Optional.of(share((double) most / all) + " of answers the same")
        : Optional.empty();
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static double share(List<Trial> trials, Predicate<Trial> counted) {
    return (double) trials.stream().filter(counted).count() / trials.size();
  }
}
