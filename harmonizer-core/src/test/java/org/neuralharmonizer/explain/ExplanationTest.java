package org.neuralharmonizer.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.testing.Differences;

/** On a linear model, whose gradient is its weights. */
final class ExplanationTest {
  // Only double rounding separates both sides.
  private static final double EXACT = 1e-14;

  private final Expr images = Expr.input("images", Shape.of(1, 2, 1, 2));
  private final Expr labels = Expr.input("labels", Shape.of(1, 2));
  private final Expr weights = Expr.input("weights", Shape.of(2, 4));
  private final Map<Expr, double[]> values = new HashMap<>();

  ExplanationTest() {
    values.put(images, new double[] {1, 2, 3, 5});
    values.put(labels, new double[] {1, 0});
    // Class 0 by pixel: (3, −4) at the first, (−1, 1) at the second.
    values.put(weights, new double[] {3, -1, -4, 1, 9, 9, 9, 9});
  }

  @Test
  void reductionsAreWhatTheirNamesSay() {
    check(ChannelReduction.SIGNED_MEAN, -0.5, 0);
    check(ChannelReduction.ABSOLUTE_MEAN, 0.5, 0);
    check(ChannelReduction.MEAN_ABSOLUTE, 3.5, 1);
    check(ChannelReduction.MAX_ABSOLUTE, 4, 1);
    check(ChannelReduction.L2, 5, Math.sqrt(2));
  }

  @Test
  void inputTimesGradientMultipliesByTheImage() {
    Expr map =
        InputTimesGradient.of(ChannelReduction.SIGNED_MEAN).explain(this::linear, images, labels);
    assertThat(Differences.evaluate(map, values))
        .containsExactly(new double[] {(3 - 12) / 2.0, (-2 + 5) / 2.0}, within(EXACT));
  }

  @Test
  void softLabelsWeightTheClasses() {
    values.put(labels, new double[] {0.75, 0.25});
    check(ChannelReduction.SIGNED_MEAN, 0.75 * -0.5 + 0.25 * 9, 0.25 * 9);
  }

  @Test
  void logProbabilitySubtractsTheExpectedGradient() {
    Expr map =
        Saliency.asTrained()
            .withScore(ClassScore.LOG_PROBABILITY)
            .explain(this::linear, images, labels);
    double gap = 3 - 2 - 12 + 5 - 9 * 11;
    double probability = 1 / (1 + Math.exp(-gap));
    assertThat(Differences.evaluate(map, values))
        .containsExactly(
            new double[] {(1 - probability) * (-0.5 - 9), (1 - probability) * (0 - 9)},
            within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(ChannelReduction.class)
  void mapsAreDifferentiable(ChannelReduction reduction) {
    values.put(weights, Differences.random(weights.shape(), 3));
    Model smooth = x -> linear(x).times(0.1).tanh();
    for (ClassScore score : ClassScore.values()) {
      values.put(images, Differences.random(images.shape(), 4));
      for (ExplanationFunctional each :
          List.of(new Saliency(reduction, score), new InputTimesGradient(reduction, score))) {
        Differences.check(
            each.explain(smooth, images, labels), List.of(images, weights, labels), values);
      }
    }
  }

  @Test
  void aGradientOfZeroHasAMapWithoutNaN() {
    values.put(weights, new double[8]);
    Expr map = Saliency.of(ChannelReduction.L2).explain(this::linear, images, labels);
    assertThat(Differences.evaluate(map, values)).containsExactly(0, 0);
  }

  @Test
  void labelsMustFitTheLogits() {
    Expr wrong = Expr.input("labels", Shape.of(1, 3));
    assertThatThrownBy(() -> Saliency.asTrained().explain(this::linear, images, wrong))
        .hasMessage(
            "class score: logits are [1, 2], labels [1, 3] — both must be N × K, one-hot or soft");
  }

  private Expr linear(Expr x) {
    return x.reshape(1, 4).matmulTransposed(weights);
  }

  private void check(ChannelReduction reduction, double... expected) {
    Expr map = Saliency.of(reduction).explain(this::linear, images, labels);
    assertThat(map.shape()).isEqualTo(Shape.of(1, 1, 2));
    assertThat(Differences.evaluate(map, values)).containsExactly(expected, within(EXACT));
  }
}
