package org.neuralharmonizer.study.psychophysics;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.psychophysics.PsychometricFunction;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * Participants who never were, to try an analysis before there are answers. Their names begin with
 * {@link #NAME}, and pages say so.
 *
 * @param function of the decadic logarithm of the percentage revealed; guess is one over the number
 *     of categories
 * @param spread standard deviation of thresholds between participants
 * @param missed the share of trials without an answer
 */
public record SimulatedPeople(PsychometricFunction function, double spread, double missed) {
  /** How their names begin. */
  public static final String NAME = "simulated ";

  private static final double FASTEST = 0.25;
  private static final double SLOWEST = 0.55;

  public SimulatedPeople {
    if (!(spread >= 0 && missed >= 0 && missed < 1)) {
      throw new IllegalArgumentException(
          "simulated people: spread %s, %s of trials missed — give at least 0, and less than all"
              .formatted(spread, missed));
    }
  }

  /** The trials of some participants, who see one set each, sets in turn. */
  public List<Trial> decide(StimulusManifest manifest, Truth truth, int participants, long seed) {
    List<Trial> trials = new ArrayList<>();
    for (int person = 0; person < participants; person++) {
      SeededRandom random = SeededRandom.of(seed).stream(person);
      double threshold = function.threshold() + spread * random.nextGaussian();
      PsychometricFunction own =
          new PsychometricFunction(threshold, function.slope(), function.guess(), function.lapse());
      for (Stimulus shown : manifest.stimuli()) {
        if (shown.set() == person % manifest.levels()) {
          trials.add(trial(NAME + (person + 1), shown, manifest, truth, own, random));
        }
      }
    }
    return trials;
  }

  private Trial trial(
      String name,
      Stimulus shown,
      StimulusManifest manifest,
      Truth truth,
      PsychometricFunction own,
      SeededRandom random) {
    boolean isWhole = shown.level() == manifest.levels() - 1;
    double chance = isWhole ? 1 - own.lapse() : own.at(Math.log10(shown.percent()));
    boolean isRight = random.nextDouble() < chance;
    List<String> others = new ArrayList<>(truth.names());
    others.remove(truth.of(shown.image()));
    String wrong = others.get(random.nextInt(others.size()));
    boolean isMissed = random.nextDouble() < missed;
    String answer = isRight ? truth.of(shown.image()) : wrong;
    return new Trial(
        name,
        1,
        StimulusManifest.condition(shown.level()),
        shown.image(),
        truth.of(shown.image()),
        isMissed ? null : answer,
        isMissed ? Double.NaN : random.nextDouble(FASTEST, SLOWEST));
  }
}
