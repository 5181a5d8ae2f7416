package org.neuralharmonizer.psychophysics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DecisionsTest {

  private static Trial trial(String observer, String stimulus, boolean right) {
    return new Trial(observer, 1, "c", stimulus, "cat", right ? "cat" : "dog", 0.5);
  }

  @Test
  void aMissingAnswerIsWrong() {
    List<Trial> trials =
        List.of(
            trial("a", "1", true),
            new Trial("a", 1, "c", "2", "cat", null, 0.5),
            trial("b", "1", true));
    assertThat(Accuracies.byCondition(trials)).containsEntry("c", new Accuracy(2, 3));
    assertThat(Accuracies.byObserver(trials))
        .containsEntry("a", new Accuracy(1, 2))
        .containsEntry("b", new Accuracy(1, 1));
    assertThat(Accuracies.observers(trials).keySet()).containsExactly("a", "b");
    assertThatThrownBy(() -> Accuracies.byCondition(List.of()))
        .hasMessage("accuracies: there is no trial");
  }

  /** From tables of the binomial distribution: 8 of 10 at 95 %, and the rule of three. */
  @Test
  void intervalsAreClopperAndPearsons() {
    Accuracy accuracy = new Accuracy(8, 10);
    assertThat(accuracy.lower(0.95)).isCloseTo(0.44390, within(1e-5));
    assertThat(accuracy.upper(0.95)).isCloseTo(0.97479, within(1e-5));
    assertThat(new Accuracy(0, 100).lower(0.95)).isZero();
    assertThat(new Accuracy(0, 100).upper(0.95)).isCloseTo(1 - Math.pow(0.025, 0.01), within(1e-9));
    assertThat(new Accuracy(5, 5).upper(0.9)).isEqualTo(1);
  }

  /** Four stimuli: both right on two, both wrong on one, apart on one. */
  @Test
  void errorConsistencyByHand() {
    List<Trial> first = new ArrayList<>();
    List<Trial> second = new ArrayList<>();
    boolean[] a = {true, true, false, true};
    boolean[] b = {true, true, false, false};
    for (int i = 0; i < a.length; i++) {
      first.add(trial("a", "s" + i, a[i]));
      second.add(trial("b", "s" + i, b[i]));
    }
    second.add(trial("b", "only b", true));
    ErrorConsistency consistency = ErrorConsistency.of(first, second);
    assertThat(consistency).isEqualTo(new ErrorConsistency(4, 0.75, 0.75 * 0.5 + 0.25 * 0.5));
    assertThat(consistency.kappa()).isCloseTo(0.5, within(1e-12));
    assertThat(ErrorConsistency.of(first, first).kappa()).isEqualTo(1);
    List<Trial> perfect = List.of(trial("c", "s0", true));
    assertThat(ErrorConsistency.of(perfect, perfect).kappa()).isNaN();
    assertThatThrownBy(() -> ErrorConsistency.of(first, List.of(trial("d", "other", true))))
        .hasMessageContaining("share no stimulus");
    List<Trial> twice = List.of(trial("e", "s0", true), trial("e", "s0", false));
    assertThatThrownBy(() -> ErrorConsistency.of(twice, first))
        .hasMessageContaining("\"e\" saw \"s0\" more than once");
  }

  @Test
  void decisionAlignmentByHand() {
    double[] people = {0.5, 0.6, 0.7, 0.9};
    double[] model = {0.2, 0.2, 0.4, 0.8};
    // Scaled: 0, ¼, ½, 1 and 0, 0, ⅓, 1.
    double mean = (0.0625 + 1.0 / 36) / 4;
    DecisionAlignment alignment = DecisionAlignment.of(model, people, 1);
    assertThat(alignment.value()).isCloseTo(-Math.log(mean), within(1e-12));
    assertThat(alignment).isEqualTo(DecisionAlignment.of(model, people, 1));
    assertThat(alignment.resamples()).isBetween(900, 1000);
    DecisionAlignment equal = DecisionAlignment.of(people, people, 1);
    assertThat(equal)
        .isEqualTo(new DecisionAlignment(Double.POSITIVE_INFINITY, Double.NaN, Double.NaN, 0));
    assertThat(DecisionAlignment.areaBetween(model, people))
        .isCloseTo(-(0.25 + 1.0 / 6) / 3, within(1e-12));
    assertThatThrownBy(() -> DecisionAlignment.of(new double[] {1, 1}, people, 1))
        .hasMessageContaining("the curve of model is flat");
    assertThatThrownBy(() -> DecisionAlignment.of(new double[] {1, 2}, people, 1))
        .hasMessage("decision alignment: 2 levels of the model, 4 of people");
  }

  /**
   * Fits to simulated observers recover what they were made with. The errors of 200 observers with
   * 100 trials at eleven levels average out: their mean is within three of its standard errors.
   */
  @Test
  void fitsRecoverSimulatedObservers() {
    PsychometricFunction truth = new PsychometricFunction(1.1, 4, 0.5, 0.03);
    double[] x = IntStream.range(0, 11).mapToDouble(k -> 0.2 * k).toArray();
    int observers = 200;
    double[] thresholds = new double[observers];
    double[] slopes = new double[observers];
    int rejected = 0;
    for (int i = 0; i < observers; i++) {
      PsychometricFit fit = PsychometricFit.of(new SimulatedObserver(truth, i).decide(x, 100), 0.5);
      thresholds[i] = fit.function().threshold();
      slopes[i] = Math.log(fit.function().slope());
      rejected += fit.probability() < 0.05 ? 1 : 0;
    }
    assertThat(mean(thresholds))
        .isCloseTo(1.1, within(3 * deviation(thresholds) / Math.sqrt(observers) + 0.01));
    assertThat(mean(slopes))
        .isCloseTo(Math.log(4), within(3 * deviation(slopes) / Math.sqrt(observers) + 0.05));
    assertThat(deviation(thresholds)).isLessThan(0.1);
    // A function that is right is rejected one time in twenty: 10 ± 3 standard deviations of 3.1.
    assertThat(rejected).isBetween(1, 20);
  }

  @Test
  void aFunctionThatIsWrongIsRejected() {
    List<PsychometricFit.Level> levels = new ArrayList<>();
    int[] right = {50, 95, 55, 95, 55, 95};
    for (int i = 0; i < right.length; i++) {
      levels.add(new PsychometricFit.Level(i, new Accuracy(right[i], 100)));
    }
    assertThat(PsychometricFit.of(levels, 0.5).probability()).isLessThan(1e-6);
    assertThatThrownBy(() -> PsychometricFit.of(levels.subList(0, 2), 0.5))
        .hasMessageContaining("2 levels from 0.0 to 1.0 — needs at least 3");
    assertThatThrownBy(() -> new PsychometricFunction(0, -1, 0.5, 0))
        .hasMessageContaining("the slope is above 0");
  }

  private static double mean(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}
