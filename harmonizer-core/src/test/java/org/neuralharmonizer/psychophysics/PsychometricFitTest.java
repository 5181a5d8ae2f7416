package org.neuralharmonizer.psychophysics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PsychometricFitTest {
  private static final double[] LEVELS =
      RevealLevels.asInPaper().percents().stream().mapToDouble(Math::log10).toArray();
  private static final PsychometricFunction TRUTH = new PsychometricFunction(0.9, 5, 0.5, 0.02);

  @Test
  void manyTrialsGiveTheFunctionBack() {
    List<PsychometricFit.Level> levels = new SimulatedObserver(TRUTH, 1).decide(LEVELS, 200_000);
    PsychometricFunction found = PsychometricFit.of(levels, 0.5).function();
    // Standard errors of two million trials.
    assertThat(found.threshold()).isCloseTo(0.9, within(0.01));
    assertThat(found.slope()).isCloseTo(5, within(0.1));
    assertThat(found.lapse()).isCloseTo(0.02, within(0.003));
  }

  /** Of a hundred observers, those whose threshold or slope lies in its interval. */
  @Test
  void intervalsHoldTheTruthAsOftenAsTheySay() {
    int thresholds = 0;
    int slopes = 0;
    for (int observer = 0; observer < 100; observer++) {
      List<PsychometricFit.Level> levels =
          new SimulatedObserver(TRUTH, observer).decide(LEVELS, 80);
      PsychometricFit.Intervals found =
          PsychometricFit.of(levels, 0.5).intervals(levels, 100, observer);
      thresholds += holds(found.threshold(), TRUTH.threshold()) ? 1 : 0;
      slopes += holds(found.slope(), TRUTH.slope()) ? 1 : 0;
    }
    // Nominal 95 of 100; four binomial standard errors are 9, and percentiles of 100 fits, and
    // slopes, which are skewed, are short by a few more.
    assertThat(thresholds).isBetween(86, 100);
    assertThat(slopes).isBetween(84, 100);
  }

  private static boolean holds(Interval interval, double truth) {
    return interval.lower() <= truth && truth <= interval.upper();
  }

  /** Probabilities of a worse fit are uniform if the function is right, and small if it is not. */
  @Test
  void goodnessOfFitTellsWrongFunctionsFromRightOnes() {
    double sum = 0;
    for (int observer = 0; observer < 100; observer++) {
      List<PsychometricFit.Level> levels =
          new SimulatedObserver(TRUTH, observer).decide(LEVELS, 80);
      sum += PsychometricFit.of(levels, 0.5).probability();
    }
    // Mean ½ with a standard error of 0.03; the lapse rate is bounded, so that freedom is between 8
    // and 9, which moves it.
    assertThat(sum / 100).isCloseTo(0.5, within(0.15));
    // Up and down again.
    List<PsychometricFit.Level> hill =
        IntStream.range(0, LEVELS.length)
            .mapToObj(i -> new PsychometricFit.Level(LEVELS[i], new Accuracy(i == 5 ? 80 : 40, 80)))
            .toList();
    assertThat(PsychometricFit.of(hill, 0.5).probability()).isLessThan(1e-6);
  }

  @Test
  void tooFewLevelsAreRefused() {
    List<PsychometricFit.Level> two =
        new SimulatedObserver(TRUTH, 1).decide(new double[] {0, 1}, 10);
    assertThatThrownBy(() -> PsychometricFit.of(two, 0.5))
        .hasMessageContaining("2 levels from 0.0 to 1.0 — needs at least 3");
    List<PsychometricFit.Level> same =
        new SimulatedObserver(TRUTH, 1).decide(new double[] {1, 1, 1}, 10);
    assertThatThrownBy(() -> PsychometricFit.of(same, 0.5))
        .hasMessageContaining("at different places");
  }

  /** Clopper and Pearson 1934, table of 95 %: none of ten, and five of ten. */
  @Test
  void binomialIntervalsAreThoseOfTheTables() {
    assertThat(new Accuracy(0, 10).upper(0.95)).isCloseTo(0.3085, within(1e-4));
    assertThat(new Accuracy(0, 10).lower(0.95)).isZero();
    assertThat(new Accuracy(5, 10).lower(0.95)).isCloseTo(0.1871, within(1e-4));
    assertThat(new Accuracy(5, 10).upper(0.95)).isCloseTo(0.8129, within(1e-4));
    assertThatThrownBy(() -> new Accuracy(3, 2)).hasMessageContaining("3 of 2 trials");
  }
}
