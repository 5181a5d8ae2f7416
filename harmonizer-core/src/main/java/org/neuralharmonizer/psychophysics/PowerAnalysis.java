package org.neuralharmonizer.psychophysics;

import org.apache.commons.math3.stat.inference.TTest;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * How often an experiment finds a difference that is there: two groups of simulated participants
 * see the same images, each image at one level, levels in turn; the second group's threshold lies
 * higher. Mean accuracies of participants are compared by Welch's t-test.
 *
 * @param design of the experiment
 * @param power the share of simulated experiments in which the difference was significant
 * @param standardError of that share
 */
public record PowerAnalysis(Design design, double power, double standardError) {
  private static final int EXPERIMENTS = 400;
  private static final int MOST_PARTICIPANTS = 4096;

  /**
   * An experiment.
   *
   * @param function of the first group, of the decadic logarithm of the percentage revealed
   * @param effect by how much the second group's threshold is higher, in the same unit
   * @param spread the standard deviation of thresholds between participants
   * @param levels revealed
   * @param participants in each group, at least 2
   * @param images that each sees, at least 1
   * @param significance at which the difference counts, such as 0.05
   */
  public record Design(
      PsychometricFunction function,
      double effect,
      double spread,
      RevealLevels levels,
      int participants,
      int images,
      double significance) {
    public Design {
      boolean isValid =
          Double.isFinite(effect)
              && spread >= 0
              && participants >= 2
              && images >= 1
              && significance > 0
              && significance < 1;
      if (!isValid) {
        throw new IllegalArgumentException(
            ("power analysis: effect %s, spread %s, %d participants, %d images, significance %s"
                    + " — give at least 2 participants for each group, 1 image and a significance"
                    + " between 0 and 1")
                .formatted(effect, spread, participants, images, significance));
      }
    }

    /** With another number of participants in each group. */
    public Design withParticipants(int count) {
      return new Design(function, effect, spread, levels, count, images, significance);
    }
  }

  /** Simulates experiments. */
  public static PowerAnalysis of(Design design, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    int found = 0;
    for (int experiment = 0; experiment < EXPERIMENTS; experiment++) {
      SeededRandom drawn = random.stream(experiment);
      double[] first = accuracies(design, 0, drawn);
      double[] second = accuracies(design, design.effect(), drawn);
      double p = new TTest().tTest(first, second);
      // Groups in which all are equally good have no variance, and no p.
      found += p < design.significance() ? 1 : 0;
    }
    double power = (double) found / EXPERIMENTS;
    return new PowerAnalysis(design, power, Math.sqrt(power * (1 - power) / EXPERIMENTS));
  }

  /**
   * The smallest groups, to within a tenth, with which the difference is found at least so often.
   *
   * @param design whose number of participants does not matter
   * @param wanted such as 0.8
   * @throws IllegalArgumentException if 4096 in each group do not suffice
   */
  public static PowerAnalysis smallest(Design design, double wanted, long seed) {
    int enough = 2;
    PowerAnalysis found = of(design.withParticipants(enough), seed);
    while (found.power() < wanted) {
      enough *= 2;
      if (enough > MOST_PARTICIPANTS) {
        throw new IllegalArgumentException(
            "power analysis: %d participants in each group find an effect of %s in a share of %s of experiments — show more images, or give up"
                .formatted(MOST_PARTICIPANTS, design.effect(), found.power()));
      }
      found = of(design.withParticipants(enough), seed);
    }
    int few = enough / 2;
    while (enough - few > Math.max(1, enough / 10)) {
      int middle = (few + enough) / 2;
      PowerAnalysis between = of(design.withParticipants(middle), seed);
      if (between.power() < wanted) {
        few = middle;
      } else {
        enough = middle;
        found = between;
      }
    }
    return found;
  }

  private static double[] accuracies(Design design, double shift, SeededRandom random) {
    PsychometricFunction function = design.function();
    double[] accuracies = new double[design.participants()];
    for (int i = 0; i < accuracies.length; i++) {
      double own = function.threshold() + shift + design.spread() * random.nextGaussian();
      PsychometricFunction observer =
          new PsychometricFunction(own, function.slope(), function.guess(), function.lapse());
      int right = 0;
      for (int image = 0; image < design.images(); image++) {
        int level = Math.floorMod(image + i, design.levels().count());
        double revealed = Math.log10(design.levels().percents().get(level));
        right += random.nextDouble() < observer.at(revealed) ? 1 : 0;
      }
      accuracies[i] = (double) right / design.images();
    }
    return accuracies;
  }
}
