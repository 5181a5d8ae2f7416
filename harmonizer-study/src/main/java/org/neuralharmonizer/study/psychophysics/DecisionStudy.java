package org.neuralharmonizer.study.psychophysics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.psychophysics.AccuracyCurve;
import org.neuralharmonizer.psychophysics.DecisionAlignment;
import org.neuralharmonizer.psychophysics.DecisionComparison;
import org.neuralharmonizer.psychophysics.ParticipantFilter;
import org.neuralharmonizer.psychophysics.PsychometricFit;
import org.neuralharmonizer.psychophysics.Trial;

/**
 * People and networks on the same stimuli.
 *
 * @param manifest the stimuli
 * @param people what is left of people's trials, and who was left out; empty without people
 * @param observers people first, if there are, then networks
 * @param unmerged what the scorer that was never released would say of any network
 * @param seed of all draws
 */
public record DecisionStudy(
    StimulusManifest manifest,
    Optional<ParticipantFilter.Result> people,
    List<Observed> observers,
    Optional<DecisionAlignment> unmerged,
    long seed) {
  private static final int RESAMPLES = 400;

  /** What the line of people is called. */
  public static final String PEOPLE = "people";

  /**
   * A network, or all people together.
   *
   * @param curve over the levels but that of the whole image
   * @param whole accuracy on whole images; empty if none were shown
   * @param fit of a psychometric function to the curve, over the logarithm of the percentage
   * @param intervals of its threshold and slope
   * @param comparison with people; empty of people themselves, without people, and where a curve is
   *     flat and cannot be compared
   */
  public record Observed(
      String name,
      AccuracyCurve curve,
      Optional<AccuracyCurve.Point> whole,
      PsychometricFit fit,
      PsychometricFit.Intervals intervals,
      Optional<DecisionComparison> comparison) {}

  public DecisionStudy {
    observers = List.copyOf(observers);
  }

  /** Whether any of the people was made up. */
  public boolean hasSimulatedPeople() {
    return people
        .map(ParticipantFilter.Result::trials)
        .map(
            trials ->
                trials.stream()
                    .anyMatch(trial -> trial.observer().startsWith(SimulatedPeople.NAME)))
        .orElse(false);
  }

  /**
   * Compares.
   *
   * @param people trials of participants, none for networks alone; in conditions that are no level,
   *     such as training, they are passed over
   * @param networks trials by name
   * @param guess accuracy without information, such as a half of two categories
   * @throws IllegalArgumentException if trials are of images or levels that the stimuli do not
   *     have, levels lack trials, or nobody is left after filtering
   */
  public static DecisionStudy of(
      StimulusManifest manifest,
      List<Trial> people,
      ParticipantFilter filter,
      Map<String, List<Trial>> networks,
      double guess,
      long seed) {
    Optional<ParticipantFilter.Result> kept =
        people.isEmpty() ? Optional.empty() : Optional.of(kept(manifest, people, filter));
    List<Trial> human = kept.map(ParticipantFilter.Result::trials).orElse(List.of());
    Map<String, List<Trial>> all = new LinkedHashMap<>();
    if (!human.isEmpty()) {
      all.put(PEOPLE, human);
    }
    networks.forEach((name, trials) -> all.put(name, own(manifest, name, trials)));
    boolean comparable =
        !human.isEmpty()
            && DecisionAlignment.canBeScaled(curve(manifest, PEOPLE, human, seed).values());
    List<Observed> observers = new ArrayList<>();
    all.forEach(
        (name, trials) -> {
          List<Trial> others = comparable && !name.equals(PEOPLE) ? human : List.of();
          observers.add(observed(manifest, name, trials, others, guess, seed));
        });
    Optional<DecisionAlignment> unmerged =
        comparable
            ? Optional.of(
                DecisionAlignment.asInUnmergedCode(
                    doubles(manifest.percents()), observers.get(0).curve().values(), seed))
            : Optional.empty();
    return new DecisionStudy(manifest, kept, observers, unmerged, seed);
  }

  private static AccuracyCurve curve(
      StimulusManifest manifest, String name, List<Trial> trials, long seed) {
    try {
      return AccuracyCurve.of(trials, manifest.conditions(), seed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("compare \"" + name + "\": " + e.getMessage(), e);
    }
  }

  private static Optional<DecisionComparison> compared(
      StimulusManifest manifest, String name, List<Trial> trials, List<Trial> people, long seed) {
    try {
      return Optional.of(DecisionComparison.of(trials, people, manifest.conditions(), seed));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "compare \"" + name + "\" with people: " + e.getMessage(), e);
    }
  }

  private static ParticipantFilter.Result kept(
      StimulusManifest manifest, List<Trial> people, ParticipantFilter filter) {
    ParticipantFilter.Result result =
        filter.apply(
            own(manifest, PEOPLE, people), trial -> trial.condition().equals(manifest.whole()));
    if (result.trials().isEmpty()) {
      throw new IllegalArgumentException(
          "compare: no participant is left, %s — loosen the filter, or look at the data"
              .formatted(result.excluded()));
    }
    return result;
  }

  /** Those in levels of the stimuli, whose images must be theirs. */
  private static List<Trial> own(StimulusManifest manifest, String name, List<Trial> trials) {
    List<String> images = manifest.images();
    List<String> conditions = new ArrayList<>(manifest.conditions());
    conditions.add(manifest.whole());
    List<Trial> own =
        trials.stream().filter(trial -> conditions.contains(trial.condition())).toList();
    for (Trial trial : own) {
      if (!images.contains(trial.stimulus())) {
        throw new IllegalArgumentException(
            "compare: \"%s\" decided on \"%s\", which is not among the stimuli — give the stimuli that were shown"
                .formatted(name, trial.stimulus()));
      }
    }
    return own;
  }

  private static Observed observed(
      StimulusManifest manifest,
      String name,
      List<Trial> trials,
      List<Trial> people,
      double guess,
      long seed) {
    AccuracyCurve curve = curve(manifest, name, trials, seed);
    List<Trial> shownWhole =
        trials.stream().filter(trial -> trial.condition().equals(manifest.whole())).toList();
    Optional<AccuracyCurve.Point> whole =
        shownWhole.isEmpty()
            ? Optional.empty()
            : Optional.of(
                AccuracyCurve.of(shownWhole, List.of(manifest.whole()), seed).points().get(0));
    List<PsychometricFit.Level> levels = new ArrayList<>();
    for (int i = 0; i < curve.points().size(); i++) {
      levels.add(
          new PsychometricFit.Level(
              Math.log10(manifest.percents().get(i)), curve.points().get(i).accuracy()));
    }
    PsychometricFit fit = PsychometricFit.of(levels, guess);
    return new Observed(
        name,
        curve,
        whole,
        fit,
        fit.intervals(levels, RESAMPLES, seed),
        people.isEmpty() || !DecisionAlignment.canBeScaled(curve.values())
            ? Optional.empty()
            : compared(manifest, name, trials, people, seed));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(each -> each).toArray();
  }
}
