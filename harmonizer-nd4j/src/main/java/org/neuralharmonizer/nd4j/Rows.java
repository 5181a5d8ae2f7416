package org.neuralharmonizer.nd4j;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMin;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/**
 * Rows picked by an index, and the largest of a row. On the processor in Java, where an index that
 * names no row is refused at once; on a GPU by operations that stay there.
 */
final class Rows {
  private final Plan plan;
  private final Sums sums;

  Rows(Plan plan, Sums sums) {
    this.plan = plan;
    this.sums = sums;
  }

  void gather(Step.Apply step) {
    Slot x = step.inputs().get(0);
    int row = step.output().shape().inner().size();
    int rows = x.shape().extent(0);
    int count = step.inputs().get(1).shape().size();
    if (plan.device() == Plan.Device.CUDA) {
      INDArray index = index(step, count, rows);
      INDArray whole = plan.integers(count);
      plan.copy(index, whole);
      plan.custom(
          "gather",
          new int[] {0},
          plan.storage().view(step.output(), count, row),
          plan.storage().view(x, rows, row),
          whole);
      return;
    }
    HostArray from = HostArray.of(plan.storage().view(x));
    HostArray index = HostArray.of(plan.storage().view(step.inputs().get(1)));
    HostArray to = HostArray.of(plan.storage().view(step.output()));
    plan.host(
        () -> {
          FloatBuffer values = from.buffer();
          FloatBuffer chosen = index.buffer();
          FloatBuffer result = to.buffer();
          for (int i = 0; i < count; i++) {
            int at = Movement.row("gather rows", chosen.get(i), i, rows) * row;
            for (int j = 0; j < row; j++) {
              result.put(i * row + j, values.get(at + j));
            }
          }
        });
  }

  void scatter(Step.Apply step) {
    Slot x = step.inputs().get(0);
    int row = x.shape().inner().size();
    int rows = step.output().shape().extent(0);
    int count = step.inputs().get(1).shape().size();
    if (plan.device() == Plan.Device.CUDA) {
      scatterByProduct(step, count, rows, row);
      return;
    }
    HostArray from = HostArray.of(plan.storage().view(x));
    HostArray index = HostArray.of(plan.storage().view(step.inputs().get(1)));
    HostArray to = HostArray.of(plan.storage().view(step.output()));
    plan.host(
        () -> {
          FloatBuffer values = from.buffer();
          FloatBuffer chosen = index.buffer();
          FloatBuffer result = to.buffer();
          for (int i = 0; i < rows * row; i++) {
            result.put(i, 0);
          }
          for (int i = 0; i < count; i++) {
            int at = Movement.row("scatter rows", chosen.get(i), i, rows) * row;
            for (int j = 0; j < row; j++) {
              result.put(at + j, result.get(at + j) + values.get(i * row + j));
            }
          }
        });
  }

  /**
   * A product with a matrix that has a 1 where a row of the operand goes. ND4J's own operation adds
   * in no fixed order.
   */
  private void scatterByProduct(Step.Apply step, int count, int rows, int row) {
    INDArray index = index(step, count, rows);
    INDArray numbers = plan.storage().numbers(rows);
    INDArray truths = plan.truths(count, rows);
    plan.custom(
        "equals",
        truths,
        Views.reshaped(index, count, 1),
        Views.of(numbers, 0, new int[] {1, rows}, new int[] {rows, 1}));
    INDArray places = plan.scratch(count, rows);
    plan.copy(truths, places);
    plan.product(
        new Plan.Product(1, 0, 0),
        places,
        plan.storage().view(step.inputs().get(0), count, row),
        plan.storage().view(step.output(), rows, row));
  }

  /**
   * The index, moved to where rows are, as nothing may go wrong on a device; a run checks
   * afterwards whether it had to be moved.
   */
  private INDArray index(Step.Apply step, int count, int rows) {
    INDArray given = plan.storage().view(step.inputs().get(1), count);
    INDArray within = plan.scratch(count);
    // The larger of NaN and 0 is 0 here.
    plan.legacy(new ScalarMax(given, null, within, 0));
    plan.legacy(new ScalarMin(within, null, within, rows - 1));
    INDArray whole = plan.integers(count);
    plan.copy(within, whole);
    plan.copy(whole, within);
    INDArray kept = plan.storage().kept(count);
    plan.copy(given, kept);
    plan.checkAfterwards(
        index -> {
          for (int i = 0; i < index.length; i++) {
            Movement.row(step.primitive().code().word(), index[i], i, rows);
          }
        },
        kept);
    return within;
  }

  /**
   * The position of the largest of each row: the first of equals, the first NaN if there is one.
   */
  void argMax(Step.Apply step) {
    int count = step.output().shape().size();
    int columns = step.inputs().get(0).shape().extent(-1);
    INDArray x = plan.storage().view(step.inputs().get(0), count, columns);
    INDArray y = plan.storage().view(step.output(), count);
    if (plan.device() == Plan.Device.CUDA) {
      argMaxOnDevice(x, y, count, columns);
      return;
    }
    HostArray from = HostArray.of(x);
    HostArray to = HostArray.of(y);
    plan.host(
        () -> {
          FloatBuffer values = from.buffer();
          FloatBuffer result = to.buffer();
          for (int i = 0; i < count; i++) {
            result.put(i, best(values, i * columns, columns));
          }
        });
  }

  /** ND4J passes over NaN; where a row has one, the largest of its mask is the first. */
  private void argMaxOnDevice(INDArray x, INDArray y, int count, int columns) {
    INDArray isNan = plan.scratch(count, columns);
    INDArray truths = plan.truths(count, columns);
    plan.custom("equals", truths, x, x);
    plan.copy(truths, isNan);
    plan.legacy(new ScalarMultiplication(isNan, null, isNan, -1));
    plan.legacy(new ScalarAdd(isNan, null, isNan, 1));
    INDArray hasNan = plan.scratch(count);
    sums.around(isNan, 1, count, columns, hasNan);
    plan.legacy(new org.nd4j.linalg.api.ops.impl.scalar.Step(hasNan, hasNan, 0));
    INDArray first = argMax(isNan, count);
    INDArray largest = argMax(x, count);
    // largest + hasNan · (first − largest)
    plan.custom("subtract", first, first, largest);
    plan.custom("multiply", first, first, hasNan);
    plan.custom("add", y, largest, first);
  }

  private INDArray argMax(INDArray x, int count) {
    INDArray positions = plan.longs(count);
    plan.custom("argmax", new int[] {1}, positions, x);
    INDArray floats = plan.scratch(count);
    plan.copy(positions, floats);
    return floats;
  }

  private static int best(FloatBuffer values, int start, int columns) {
    int best = 0;
    for (int j = 1; j < columns; j++) {
      float value = values.get(start + j);
      float highest = values.get(start + best);
      if (value > highest || (Float.isNaN(value) && !Float.isNaN(highest))) {
        best = j;
      }
    }
    return best;
  }
}
