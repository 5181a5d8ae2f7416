package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.BatchNorm.RunningVariance;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.testing.Differences;

final class BatchNormTest {
  // Only double rounding separates both sides.
  private static final double EXACT = 1e-14;

  @Test
  void trainingNormalisesByTheBatchAndRecordsIt() {
    Context context = Context.of(Mode.TRAINING);
    double[] result = apply(BatchNorm.of(1), context, 1, 2, 3, 6);

    // Mean 3, biased variance 3.5, unbiased 14/3.
    double deviation = Math.sqrt(3.5 + 1e-5);
    assertThat(result)
        .containsExactly(
            new double[] {-2 / deviation, -1 / deviation, 0, 3 / deviation}, within(EXACT));
    assertThat(updated(context))
        .containsExactly(new double[] {0.9 * 0 + 0.1 * 3, 0.9 + 0.1 * 14 / 3}, within(EXACT));
  }

  @Test
  void theRecordedVarianceMayBeBiased() {
    Context context = Context.of(Mode.TRAINING);
    BatchNorm keras =
        BatchNorm.of(1).withMomentum(0.01).withRunningVariance(RunningVariance.BIASED);
    apply(keras, context, 1, 2, 3, 6);
    assertThat(updated(context))
        .containsExactly(new double[] {0.03, 0.99 + 0.01 * 3.5}, within(EXACT));
  }

  @Test
  void inferenceNormalisesByTheRecord() {
    double[] result = apply(BatchNorm.of(1), Context.of(Mode.INFERENCE), 1, 2, 3, 6);
    double deviation = Math.sqrt(1 + 1e-5);
    assertThat(result)
        .containsExactly(
            new double[] {1 / deviation, 2 / deviation, 3 / deviation, 6 / deviation},
            within(EXACT));
  }

  private final Map<Expr, double[]> values = new HashMap<>();

  private double[] apply(BatchNorm layer, Context context, double... input) {
    Expr x = Expr.input("x", Shape.of(2, 1, 1, 2));
    Expr y = layer.apply(x, context);
    values.put(x, input);
    for (Parameter each : context.parameters()) {
      boolean one = each.path().equals("weight") || each.path().equals("running_var");
      values.put(each.leaf(), new double[] {one ? 1 : 0});
    }
    return Differences.evaluate(y, values);
  }

  private double[] updated(Context context) {
    return context.updates().stream()
        .mapToDouble(update -> Differences.evaluate(update.value(), values)[0])
        .toArray();
  }
}
