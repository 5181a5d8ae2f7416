package org.neuralharmonizer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.TokenEmbedding;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.testing.Differences;

/** Cross-entropy and weight decay. */
final class PredictionLossTest {
  // Only double rounding separates both sides.
  private static final double EXACT = 1e-12;

  private final Expr logits = Expr.input("logits", Shape.of(2, 3));
  private final Expr labels = Expr.input("labels", Shape.of(2, 3));

  @Test
  void crossEntropyIsTheMeanOverImages() {
    Map<Expr, double[]> values =
        Map.of(
            logits, new double[] {1, 2, 3, 1000, 0, -1000},
            labels, new double[] {0.25, 0, 0.75, 1, 0, 0});
    double norm = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
    double first = norm - 0.25 - 0.75 * 3;
    assertThat(Differences.evaluate(CrossEntropy.plain().perImage(logits, labels), values))
        .containsExactly(new double[] {first, 0}, within(EXACT));
    double smooth = 0.9 * first + 0.1 * (norm - 2);
    double certain = 0.1 / 3 * (1000 + 2000);
    assertThat(Differences.value(CrossEntropy.asReleased().loss(logits, labels), values))
        .isCloseTo((smooth + certain) / 2, within(EXACT * 100));
  }

  @Test
  void crossEntropyFollowsDifferences() {
    Map<Expr, double[]> values =
        Map.of(
            logits, Differences.random(logits.shape(), 1),
            labels, Differences.random(labels.shape(), 2));
    Differences.check(
        CrossEntropy.withLabelSmoothing(0.2).perImage(logits, labels),
        List.of(logits, labels),
        values);
  }

  @Test
  void crossEntropyChecksItsOperands() {
    assertThatThrownBy(() -> CrossEntropy.withLabelSmoothing(1))
        .hasMessage("cross-entropy: label smoothing must be in [0, 1), not 1.0");
    assertThatThrownBy(() -> CrossEntropy.plain().loss(logits, Expr.zeros(Shape.of(2, 4))))
        .hasMessage(
            "cross-entropy: logits are [2, 3], labels [2, 4] — both must be N × K, one-hot or soft");
  }

  @Test
  void decayFollowsItsRule() {
    Context context = Context.of(Mode.INFERENCE);
    Sequential.empty()
        .then("patch_embed.proj", Dense.of(4, 4))
        .then(TokenEmbedding.of(4))
        .then("bn", BatchNorm.of(3))
        .then("fc", Dense.of(4, 4))
        .then(Activation.RELU)
        .apply(Expr.zeros(Shape.of(1, 2, 4)), context);
    List<Parameter> parameters = context.parameters();

    assertThat(paths(WeightDecay.asReleased(), parameters)).containsExactly("fc.weight", "fc.bias");
    assertThat(paths(WeightDecay.asInPaper(), parameters))
        .hasSize(parameters.size() - 2)
        .doesNotContain("bn.running_mean", "bn.running_var");
    assertThat(paths(WeightDecay.asInPaper().withRule(DecayRule.weights()), parameters))
        .containsExactly("patch_embed.proj.weight", "fc.weight");
  }

  @Test
  void penaltiesAreSumsOfSquares() {
    Context context = Context.of(Mode.INFERENCE);
    Dense.of(2, 1).apply(Expr.zeros(Shape.of(1, 2)), context);
    Map<Expr, double[]> values = new HashMap<>();
    values.put(context.parameters().get(0).leaf(), new double[] {1, 2});
    values.put(context.parameters().get(1).leaf(), new double[] {3});

    assertThat(Differences.value(penalty(WeightDecay.asReleased(), context), values)).isEqualTo(7);
    assertThat(Differences.value(penalty(WeightDecay.asInPaper(), context), values)).isEqualTo(14);
    WeightDecay none = WeightDecay.asInPaper().withRule(DecayRule.roles());
    assertThat(Differences.value(penalty(none, context), values)).isZero();
  }

  private static Expr penalty(WeightDecay decay, Context context) {
    return decay.penalty(context.parameters());
  }

  private static List<String> paths(WeightDecay decay, List<Parameter> parameters) {
    return decay.decaying(parameters).stream().map(Parameter::path).toList();
  }
}
