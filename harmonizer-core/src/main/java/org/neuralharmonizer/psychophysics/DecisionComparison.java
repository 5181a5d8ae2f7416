package org.neuralharmonizer.psychophysics;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How alike a network and people decide as more of an image is revealed.
 *
 * @param alignment {@link DecisionAlignment} of the two curves, with resamples of the levels
 * @param overParticipants its interval with other people
 * @param overImages its interval with other images, the same for people and network
 * @param area {@link DecisionAlignment#areaBetween} the scaled curves, network less people
 * @param consistency of errors on the same stimuli, by condition
 */
public record DecisionComparison(
    DecisionAlignment alignment,
    Interval overParticipants,
    Interval overImages,
    double area,
    Map<String, ErrorConsistency> consistency) {

  /**
   * Compares.
   *
   * @param conditions in order, without that of whole images, as the paper compares
   * @param seed of all draws
   * @throws IllegalArgumentException if a condition lacks trials, or one of the curves is flat
   */
  public static DecisionComparison of(
      List<Trial> network, List<Trial> people, List<String> conditions, long seed) {
    TrialCounts participants = new TrialCounts(people, Trial::observer, conditions);
    TrialCounts ofNetwork = new TrialCounts(network, Trial::stimulus, conditions);
    TrialCounts ofPeople = new TrialCounts(people, Trial::stimulus, conditions);
    double[] model = values(ofNetwork);
    double[] human = values(ofPeople);
    DecisionAlignment alignment = DecisionAlignment.of(model, human, seed);
    Interval overParticipants =
        Resamples.interval(
            alignment.value(),
            participants.units().size() < 2 ? List.of() : Resamples.of(participants.units(), seed),
            times -> value(model, participants.curve(times)),
            "participants, seed " + seed);
    Set<String> images = new HashSet<>(ofNetwork.units());
    images.retainAll(ofPeople.units());
    Interval overImages =
        Resamples.interval(
            alignment.value(),
            Resamples.of(images.stream().sorted().toList(), seed),
            times -> value(ofNetwork.curve(times), ofPeople.curve(times)),
            "images, seed " + seed);
    Map<String, ErrorConsistency> consistency =
        conditions.stream()
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    condition ->
                        ErrorConsistency.between(in(condition, network), in(condition, people)),
                    (a, b) -> a,
                    LinkedHashMap::new));
    return new DecisionComparison(
        alignment,
        overParticipants,
        overImages,
        DecisionAlignment.areaBetween(model, human),
        consistency);
  }

  private static List<Trial> in(String condition, List<Trial> trials) {
    return trials.stream().filter(trial -> trial.condition().equals(condition)).toList();
  }

  private static double[] values(TrialCounts counts) {
    return counts.totals().stream().mapToDouble(Accuracy::value).toArray();
  }

  /** NaN where a resample leaves a condition empty or a curve flat. */
  private static double value(double[] model, double[] people) {
    return DecisionAlignment.canBeScaled(model) && DecisionAlignment.canBeScaled(people)
        ? DecisionAlignment.value(model, people)
        : Double.NaN;
  }
}
