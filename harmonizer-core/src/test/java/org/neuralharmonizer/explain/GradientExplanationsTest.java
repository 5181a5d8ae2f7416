package org.neuralharmonizer.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;

/** Explanations by gradients at changed copies, against what is known of simple functions. */
final class GradientExplanationsTest {
  private static final ChannelReduction REDUCTION = ChannelReduction.SIGNED_MEAN;
  private static final Shape IMAGES = Shape.of(2, 3, 2, 2);

  private final Expr images = Expr.input("images", IMAGES);
  private final Expr labels = Expr.input("labels", Shape.of(2, 2));
  private final Expr weights = Expr.input("weights", Shape.of(2, 12));
  private final Map<Expr, double[]> values = new HashMap<>();

  GradientExplanationsTest() {
    values.put(images, Differences.random(IMAGES, 1));
    values.put(labels, new double[] {1, 0, 0.25, 0.75});
    values.put(weights, Differences.random(weights.shape(), 2));
  }

  private Expr linear(Expr x) {
    return x.reshape(x.shape().extent(0), 12).matmulTransposed(weights);
  }

  private Expr cubic(Expr x) {
    return linear(x).plus(linear(x.squared().times(x)));
  }

  /** Cubic scores have quadratic gradients, of which the trapezoidal rule's error is known. */
  @Test
  void integratedGradientsAreComplete() {
    for (Baseline baseline :
        List.of(Baseline.constant(0), Baseline.constant(0.5, -1, 2), Baseline.mean())) {
      Expr reached = ClassScore.LOGIT.of(cubic(images), labels);
      Expr start = ClassScore.LOGIT.of(cubic(baseline.of(images)), labels);
      double[] difference = evaluate(reached.minus(start));
      double[] coarse = sumOfAttributions(10, baseline);
      double[] fine = sumOfAttributions(20, baseline);
      for (int i = 0; i < difference.length; i++) {
        // The rule's error falls with the square of the steps exactly, as third derivatives vanish.
        double extrapolated = fine[i] + (fine[i] - coarse[i]) / 3;
        assertThat(extrapolated).isCloseTo(difference[i], within(1e-10));
        assertThat(fine[i]).isCloseTo(difference[i], within(0.1));
      }
    }
  }

  private double[] sumOfAttributions(int steps, Baseline baseline) {
    return evaluate(
        IntegratedGradients.of(steps, REDUCTION)
            .withBaseline(baseline)
            .withMaxBatch(7)
            .attribution(this::cubic, images, labels)
            .sum(1, 2, 3));
  }

  static Stream<ExplanationFunctional> linearInTheModel() {
    return Stream.of(
        Saliency.asTrained(),
        InputTimesGradient.of(REDUCTION),
        SmoothGrad.of(NoiseSampling.of(5, 0.2), REDUCTION),
        IntegratedGradients.of(5, REDUCTION));
  }

  @ParameterizedTest
  @MethodSource("linearInTheModel")
  void mapsOfASumAreTheSumOfMaps(ExplanationFunctional explanation) {
    Model first = this::cubic;
    Model second = x -> linear(x).tanh();
    Model sum = x -> first.logits(x).times(2).minus(second.logits(x).times(3));
    double[] expected =
        evaluate(
            explanation
                .explain(first, images, labels)
                .times(2)
                .minus(explanation.explain(second, images, labels).times(3)));
    // Another order of double sums.
    assertThat(evaluate(explanation.explain(sum, images, labels)))
        .containsExactly(expected, within(1e-11));
  }

  static Stream<List<ExplanationFunctional>> sameWhateverTheBatch() {
    NoiseSampling all = new NoiseSampling(5, 0.3, 9, 100);
    NoiseSampling few = all.withMaxBatch(4);
    NoiseSampling one = all.withMaxBatch(1);
    IntegratedGradients path = IntegratedGradients.of(4, REDUCTION);
    return Stream.of(
        List.of(
            SmoothGrad.of(all, REDUCTION),
            SmoothGrad.of(few, REDUCTION),
            SmoothGrad.of(one, REDUCTION)),
        List.of(VarGrad.of(all, REDUCTION), VarGrad.of(few, REDUCTION)),
        List.of(SquareGrad.of(all, REDUCTION), SquareGrad.of(one, REDUCTION)),
        List.of(path, path.withMaxBatch(3), path.withMaxBatch(100)));
  }

  @ParameterizedTest
  @MethodSource("sameWhateverTheBatch")
  void mapsDependNeitherOnPartsNorOnNeighbours(List<ExplanationFunctional> same) {
    double[] expected = evaluate(same.get(0).explain(this::cubic, images, labels));
    for (ExplanationFunctional each : same) {
      assertThat(evaluate(each.explain(this::cubic, images, labels)))
          .containsExactly(expected, within(1e-11));
    }
    Expr second = Expr.input("second", Shape.of(1, 3, 2, 2));
    Expr label = Expr.input("label", Shape.of(1, 2));
    values.put(second, Arrays.copyOfRange(values.get(images), 12, 24));
    values.put(label, new double[] {0.25, 0.75});
    assertThat(evaluate(same.get(0).explain(this::cubic, second, label)))
        .containsExactly(Arrays.copyOfRange(expected, 4, 8), within(1e-11));
  }

  @Test
  void maxBatchBoundsWhatTheModelSees() {
    Model counting =
        x -> {
          assertThat(x.shape().extent(0)).isLessThanOrEqualTo(6);
          return linear(x);
        };
    Expr map =
        SmoothGrad.of(new NoiseSampling(10, 1, 1, 7), REDUCTION).explain(counting, images, labels);
    assertThat(map.shape()).isEqualTo(Shape.of(2, 2, 2));
  }

  /** Of a cubic function, whose gradient has a closed form however much it is smoothed. */
  @Test
  void noiseConvergesToGaussianSmoothing() {
    double factor = 1.5;
    double spread = 0.6;
    int samples = 4000;
    Expr pixel = Expr.input("pixel", Shape.of(1, 1, 1, 2));
    Expr one = Expr.filled(Shape.of(1, 1), 1);
    values.put(pixel, new double[] {0.3, -0.8});
    Model cube =
        x ->
            x.squared()
                .times(x)
                .times(factor)
                .reshape(x.shape().extent(0), 2)
                .sum(1)
                .reshape(x.shape().extent(0), 1);
    NoiseSampling sampling = new NoiseSampling(samples, spread, 3, samples);
    double[] mean = evaluate(SmoothGrad.of(sampling, REDUCTION).explain(cube, pixel, one));
    double[] variance = evaluate(VarGrad.of(sampling, REDUCTION).explain(cube, pixel, one));
    double[] square = evaluate(SquareGrad.of(sampling, REDUCTION).explain(cube, pixel, one));
    for (int i = 0; i < 2; i++) {
      double x = values.get(pixel)[i];
      // The gradient 3k(x + ε)² has mean 3k(x² + σ²) and variance 9k²(4x²σ² + 2σ⁴).
      double gradient = 3 * factor * (x * x + spread * spread);
      double expected = 9 * factor * factor * spread * spread * (4 * x * x + 2 * spread * spread);
      double error = Math.sqrt(expected / samples);
      assertThat(mean[i]).isCloseTo(gradient, within(4 * error));
      // A heavy-tailed estimate: 15 % are about five standard errors.
      assertThat(variance[i]).isCloseTo(expected, within(0.15 * expected));
      assertThat(square[i]).isCloseTo(variance[i] + mean[i] * mean[i], within(1e-9 * square[i]));
    }
  }

  @Test
  void rectifiersPassWhatTheirRuleSays() {
    Expr pixels = Expr.input("pixels", Shape.of(1, 1, 1, 4));
    Expr one = Expr.filled(Shape.of(1, 1), 1);
    values.put(pixels, new double[] {1, -1, 2, -2});
    Tensor factors = Tensor.of(Shape.of(4, 1), 2, 3, -5, -7);
    Model model = x -> Functions.relu(x).reshape(1, 4).matmul(Expr.constant(factors));
    assertThat(evaluate(Saliency.asTrained().explain(model, pixels, one)))
        .containsExactly(2, 0, -5, 0);
    assertThat(evaluate(GuidedBackpropagation.of(REDUCTION).explain(model, pixels, one)))
        .containsExactly(2, 0, 0, 0);
    assertThat(evaluate(DeconvNet.of(REDUCTION).explain(model, pixels, one)))
        .containsExactly(2, 3, 0, 0);
  }

  /** −3 relu(x) + 5 relu(relu(x) − 1) + x: paths around a rectifier and through several. */
  @Test
  void rectifiersOnSeveralPathsAddUp() {
    Expr pixel = Expr.input("pixel", Shape.of(1, 1, 1, 1));
    Expr one = Expr.filled(Shape.of(1, 1), 1);
    values.put(pixel, new double[] {4});
    Model model =
        x -> {
          Expr inner = Functions.relu(x);
          Expr outer = Functions.relu(inner.minus(1));
          return inner.times(-3).plus(outer.times(5)).plus(x).reshape(1, 1);
        };
    // Into the inner rectifier flow −3 and 5, together 2, which is positive; 1 goes around.
    assertThat(evaluate(GuidedBackpropagation.of(REDUCTION).explain(model, pixel, one)))
        .containsExactly(3);
    values.put(pixel, new double[] {0.5});
    // The outer one is off: −3 is stopped, but not by deconvolution, to which both are on.
    assertThat(evaluate(GuidedBackpropagation.of(REDUCTION).explain(model, pixel, one)))
        .containsExactly(1);
    assertThat(evaluate(DeconvNet.of(REDUCTION).explain(model, pixel, one))).containsExactly(3);
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(
            () -> GuidedBackpropagation.of(REDUCTION).explain(this::linear, images, labels))
        .hasMessage(
            "guided backpropagation: the network has no ReLU, whose derivative it changes — use"
                + " saliency");
    assertThatThrownBy(() -> NoiseSampling.of(0, 1))
        .hasMessage("noise sampling: samples must be at least 1, not 0");
    assertThatThrownBy(() -> NoiseSampling.of(1, Double.NaN))
        .hasMessage("noise sampling: the spread must be a number from 0 on, not NaN");
    assertThatThrownBy(() -> Baseline.constant(1, 2).of(images))
        .hasMessage(
            "baseline: 2 values do not fit images [2, 3, 2, 2], expected N × C × H × W with one"
                + " per channel");
  }

  private double[] evaluate(Expr expr) {
    return Differences.evaluate(expr, values);
  }
}
