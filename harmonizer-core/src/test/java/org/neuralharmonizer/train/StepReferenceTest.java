package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

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
    ReferenceStep reference = new ReferenceStep();
    Signature signature = reference.signature();
    List<double[]> expected = reference.next();
    try (Backend backend = SmallTask.backend(2);
        TrainStep step =
            TrainStep.of(
                SmallTask.objective(),
                ReferenceStep.optimizer(),
                SmallTask.classifier().initialize(ReferenceStep.INITIALIZATION),
                ReferenceStep.BATCH,
                Mode.TRAINING,
                backend)) {
      TrainStep.Outcome outcome =
          step.run(
              ReferenceStep.batch(),
              ReferenceStep.LEARNING_RATE,
              SeededRandom.of(ReferenceStep.NOISE));
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
