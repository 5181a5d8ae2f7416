package org.neuralharmonizer.psychophysics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * An observer who decides by a known function, to test analyses with, to plan experiments, and to
 * show reports before anybody took part. Results made with it must say so.
 */
public record SimulatedObserver(PsychometricFunction function, long seed) {

  /**
   * Right answers at each level.
   *
   * @param x the levels
   * @param trials at each
   */
  public List<PsychometricFit.Level> decide(double[] x, int trials) {
    return decideAsOften(
        Arrays.stream(x)
            .mapToObj(each -> new PsychometricFit.Level(each, new Accuracy(0, trials)))
            .toList());
  }

  /** Right answers at the levels of another observer, in as many trials. */
  List<PsychometricFit.Level> decideAsOften(List<PsychometricFit.Level> others) {
    SeededRandom random = SeededRandom.of(seed);
    List<PsychometricFit.Level> levels = new ArrayList<>();
    for (PsychometricFit.Level other : others) {
      int trials = other.accuracy().trials();
      double chance = function.at(other.x());
      int right = 0;
      for (int trial = 0; trial < trials; trial++) {
        right += random.nextDouble() < chance ? 1 : 0;
      }
      levels.add(new PsychometricFit.Level(other.x(), new Accuracy(right, trials)));
    }
    return levels;
  }
}
