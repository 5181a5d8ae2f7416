package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;
import org.neuralharmonizer.testing.DoubleInterpreter;

/** A whole harmonized step in double precision against what the backend makes of it. */
@Tag("fallback")
class StepReferenceTest {

  /**
   * Sums of up to a few hundred products rounded at 6e-8 each, through some thirty operations,
   * which a second derivative and a division by a deviation of about 0.1 enlarge.
   */
  private static final double TOLERANCE = 2e-5;

  @Test
  void aStepFollowsDoublePrecision() {
    Optimizer optimizer = Sgd.withNesterovMomentum(0.9);
    StepGraph graph =
        new StepGraph(
            SmallTask.objective(),
            optimizer,
            SmallTask.classifier().initialize(3),
            6,
            Mode.TRAINING);
    Signature signature = graph.signature();
    LabeledImages.Batch batch = SmallTask.images().batch(0, 1, 2, 3, 4, 5);
    List<Tensor> arguments =
        new ArrayList<>(
            List.of(
                batch.images(),
                batch.labels(),
                batch.maps(),
                batch.mapWeights(),
                Tensor.scalar(0.5)));
    graph.noise().forEach(each -> arguments.add(each.draw(SeededRandom.of(9))));
    List<double[]> expected = expected(signature, arguments);

    try (Backend backend = SmallTask.backend(2);
        TrainStep step =
            TrainStep.of(
                SmallTask.objective(),
                optimizer,
                SmallTask.classifier().initialize(3),
                6,
                Mode.TRAINING,
                backend)) {
      TrainStep.Outcome outcome = step.run(batch, 0.5, SeededRandom.of(9));
      close("total", expected.get(0), Tensor.scalar(outcome.losses().total()));
      close("map loss", expected.get(2), Tensor.scalar(outcome.losses().harmonization()));
      assertThat(outcome.right()).isEqualTo((int) expected.get(4)[0]);
      Map<String, Tensor> state = step.state();
      for (int i = 0; i < signature.updates().size(); i++) {
        Signature.Update update = signature.updates().get(i);
        String name = name(update.variable());
        close(name, expected.get(signature.outputs().size() + i), state.get(name));
      }
    }
  }

  private static List<double[]> expected(Signature signature, List<Tensor> arguments) {
    Map<Expr, double[]> values = new IdentityHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      values.put(signature.arguments().get(i), Differences.doubles(arguments.get(i)));
    }
    signature
        .variables()
        .forEach(each -> values.put(each.input(), Differences.doubles(each.initial())));
    List<Expr> wanted = new ArrayList<>(signature.outputs());
    signature.updates().forEach(update -> wanted.add(update.value()));
    return DoubleInterpreter.evaluate(wanted, values);
  }

  private static String name(Expr variable) {
    return ((Leaves.Input) variable.primitive()).name();
  }

  private static void close(String name, double[] expected, Tensor actual) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual.value(i) - expected[i], 2);
      norm += expected[i] * expected[i];
    }
    assertThat(Math.sqrt(difference))
        .as(name)
        .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.sqrt(norm)));
  }
}
