package org.neuralharmonizer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.explain.InputTimesGradient;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.loss.HarmonizerObjective.Terms;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.testing.Differences;

/** The whole objective for a small network with every kind of layer that bends a gradient. */
final class HarmonizerObjectiveTest {
  private static final Shape IMAGE = Shape.of(3, 8, 8);
  private static final Classifier CLASSIFIER =
      Classifier.of(
          Sequential.empty()
              .then("conv1", Conv.of(3, 4, 3).withPadding(Padding.symmetric(1)))
              .then("bn1", BatchNorm.of(4))
              .then(Activation.SWISH)
              .then(MaxPool.of(2))
              .then("conv2", Conv.of(4, 4, 3).withStride(2).withPadding(Padding.same()))
              .then(Activation.RELU)
              .then(Shaping.FLATTEN)
              .then("fc", Dense.of(16, 4)),
          IMAGE,
          4);

  private final Expr images = Expr.input("images", IMAGE.within(3));
  private final Expr labels = Expr.input("labels", Shape.of(3, 4));
  private final Expr maps = Expr.input("maps", Shape.of(3, 8, 8));
  private final Expr weights = Expr.input("weights", Shape.of(3));
  private final Map<Expr, double[]> values = new HashMap<>();

  static Stream<ExplanationFunctional> explanations() {
    List<ExplanationFunctional> all = new ArrayList<>();
    for (ChannelReduction reduction : ChannelReduction.values()) {
      for (ClassScore score : ClassScore.values()) {
        all.add(new Saliency(reduction, score));
        all.add(new InputTimesGradient(reduction, score));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("explanations")
  void gradientsFollowDifferences(ExplanationFunctional explanation) {
    for (MapLoss loss :
        List.of(
            HarmonizationLoss.asInPaper().withLevels(3), HarmonizationLoss.asInReleasedCode())) {
      HarmonizerObjective objective =
          HarmonizerObjective.asInReleasedCode(CLASSIFIER)
              .withExplanation(explanation)
              .withMapLoss(loss)
              .withLambda2(0.01);
      for (Mode mode : Mode.values()) {
        Context context = Context.of(mode);
        Expr total = terms(objective, context).total();
        Expr held = Differences.holdingDetached(total, values);
        Differences.checkFirst(total, held, leaves(context), values);
      }
    }
  }

  /**
   * ∂θ L(g) = ∂θ ⟨u, ∇ₓ s⟩ with u = ∂L/∂g held fixed, where the product is a forward derivative.
   */
  @Test
  void reverseOverReverseEqualsReverseOverForward() {
    for (Mode mode : Mode.values()) {
      Context context = Context.of(mode);
      HarmonizerObjective objective = HarmonizerObjective.asInReleasedCode(CLASSIFIER);
      Terms terms = terms(objective, context);
      List<Expr> reverse = Derivatives.grad(terms.mapLoss(), leaves(context));

      double[] u =
          Differences.evaluate(Derivatives.grad(terms.mapLoss(), terms.saliency()), values);
      double[] direction = new double[images.shape().size()];
      for (int i = 0; i < direction.length; i++) {
        direction[i] = u[i / 192 * 64 + i % 64] / 3;
      }
      Expr frozen = Expr.input("u", images.shape());
      values.put(frozen, direction);
      Expr score = ClassScore.LOGIT.of(terms.logits(), labels).sum();
      Expr product = Derivatives.jvp(score, List.of(images), List.of(frozen));
      List<Expr> forward = Derivatives.grad(product, leaves(context));
      for (int i = 0; i < reverse.size(); i++) {
        // Both are exact derivatives in another order of summation.
        assertThat(Differences.evaluate(reverse.get(i), values))
            .containsExactly(Differences.evaluate(forward.get(i), values), within(1e-12));
      }
    }
  }

  @Test
  void explanationAndCrossEntropyShareTheForwardPass() {
    Context context = Context.of(Mode.TRAINING);
    Terms terms =
        terms(
            HarmonizerObjective.asInPaper(CLASSIFIER)
                .withMapLoss(HarmonizationLoss.asInPaper().withLevels(2)),
            context);
    long forward = convolutions(terms.logits());
    assertThat(convolutions(terms.saliency()))
        .as("the saliency adds one backward convolution per layer, the first included")
        .isEqualTo(2 * forward);
  }

  @Test
  void withoutLambdaOneTheTotalIsOfFirstOrder() {
    HarmonizerObjective plain =
        HarmonizerObjective.asInReleasedCode(CLASSIFIER).withLambda1(0).withLambda2(0);
    Terms terms = terms(plain, Context.of(Mode.TRAINING));
    assertThat(terms.total()).isSameAs(terms.crossEntropy());
    assertThat(Graph.ordered(List.of(terms.total()))).doesNotContain(terms.saliency());
  }

  @Test
  void theTotalIsTheWeightedSum() {
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(CLASSIFIER).withLambda1(3).withLambda2(0.25);
    Terms terms = terms(objective, Context.of(Mode.INFERENCE));
    double expected =
        value(terms.crossEntropy()) + 3 * value(terms.mapLoss()) + value(terms.weightDecay()) / 4;
    assertThat(value(terms.total())).isCloseTo(expected, within(1e-12 * expected));
    assertThat(terms.mapLossLevels()).hasSize(5);
    assertThatThrownBy(() -> objective.withLambda1(-1))
        .hasMessage("harmonizer objective: lambdas must not be negative or infinite (-1.0 and 0.25)");
  }

  private Terms terms(HarmonizerObjective objective, Context context) {
    Terms terms = objective.terms(images, labels, maps, weights, context);
    values.put(images, Differences.random(images.shape(), 1));
    values.put(labels, new double[] {1, 0, 0, 0, 0, 0.3, 0.7, 0, 0, 0, 0, 1});
    values.put(maps, Differences.random(maps.shape(), 2));
    values.put(weights, new double[] {1, 0, 0.5});
    for (Parameter each : context.parameters()) {
      double[] value = Differences.random(each.shape(), each.path().length());
      for (int i = 0; i < value.length; i++) {
        value[i] = each.trainable() ? 0.5 * value[i] : Math.abs(value[i]);
      }
      values.put(each.leaf(), value);
    }
    return terms;
  }

  private static List<Expr> leaves(Context context) {
    return context.trainable().stream().map(Parameter::leaf).toList();
  }

  private double value(Expr scalar) {
    return Differences.value(scalar, values);
  }

  private static long convolutions(Expr root) {
    return Graph.ordered(List.of(root)).stream()
        .filter(each -> each.primitive().code().name().startsWith("CONV2D"))
        .count();
  }
}
