package org.neuralharmonizer.nd4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/**
 * Fused loops, one operation after another in scratch arrays: ND4J has no other way. What repeats
 * along an axis stays as small as it is for as long as possible.
 */
final class Loops {
  private final Plan plan;
  private final Elementwise elementwise;
  private final Sums sums;

  Loops(Plan plan, Elementwise elementwise, Sums sums) {
    this.plan = plan;
    this.elementwise = elementwise;
    this.sums = sums;
  }

  /** A value of a loop: an array, or a number that is known. */
  private record Value(@Nullable INDArray array, double number) {
    INDArray get() {
      if (array == null) {
        throw new AssertionError("a number where an array is needed");
      }
      return array;
    }
  }

  void run(Step.Fused step) {
    Loop loop = step.loop();
    if (loop.space().size() == 0) {
      cleared(step);
      return;
    }
    Collapsed space = new Collapsed(loop);
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < loop.operands().size(); i++) {
      values.add(new Value(space.view(plan, step.inputs().get(i), i), 0));
    }
    int[] lastUse = lastUse(loop);
    for (Loop.Instruction instruction : loop.instructions()) {
      int number = values.size();
      values.add(value(loop, instruction, values, space));
      for (int operand : instruction.operands()) {
        boolean isDone = lastUse[operand] == number && operand >= loop.operands().size();
        if (isDone && values.get(operand).array() != null) {
          plan.storage().release(values.get(operand).get());
        }
      }
    }
    int results = loop.results().size();
    for (int i = 0; i < results; i++) {
      store(values.get(loop.results().get(i)), space, step.outputs().get(i));
    }
    for (int i = 0; i < loop.sums().size(); i++) {
      sum(loop.sums().get(i), values, space, step.outputs().get(results + i));
    }
  }

  /**
   * By value, the number of the instruction that reads it last; beyond all if it leaves the loop.
   */
  private static int[] lastUse(Loop loop) {
    int operands = loop.operands().size();
    int[] last = new int[operands + loop.instructions().size()];
    for (int i = 0; i < loop.instructions().size(); i++) {
      for (int operand : loop.instructions().get(i).operands()) {
        last[operand] = operands + i;
      }
    }
    loop.results().forEach(value -> last[value] = Integer.MAX_VALUE);
    loop.sums().forEach(sum -> last[sum.value()] = Integer.MAX_VALUE);
    return last;
  }

  private void cleared(Step.Fused step) {
    for (Slot output : step.outputs()) {
      if (output.shape().size() > 0) {
        plan.fill(plan.storage().view(output), 0);
      }
    }
  }

  private Value value(
      Loop loop, Loop.Instruction instruction, List<Value> values, Collapsed space) {
    List<Value> operands = instruction.operands().stream().map(values::get).toList();
    if (instruction.code() == Code.LITERAL) {
      return new Value(null, instruction.attribute());
    }
    int gated = gated(loop, instruction);
    if (gated >= 0) {
      INDArray x = array(values.get(gated), space);
      INDArray result = plan.scratchLike(x);
      elementwise.rectify(x, result);
      return new Value(result, 0);
    }
    List<INDArray> arrays = operands.stream().map(operand -> array(operand, space)).toList();
    INDArray result = plan.scratch(common(arrays));
    elementwise.apply(
        instruction.code(), instruction.attribute(), whole(instruction, arrays, result), result);
    return new Value(result, 0);
  }

  /** Selecting takes operands of one shape. */
  private List<INDArray> whole(
      Loop.Instruction instruction, List<INDArray> arrays, INDArray result) {
    return instruction.code() == Code.SELECT
        ? arrays.stream().map(array -> spread(array, result.shape())).toList()
        : arrays;
  }

  /** The operand of x · step(x), which is 0 where x is −∞; −1 for other instructions. */
  private static int gated(Loop loop, Loop.Instruction product) {
    if (product.code() != Code.MULTIPLY) {
      return -1;
    }
    for (int i = 0; i < 2; i++) {
      int position = product.operands().get(i) - loop.operands().size();
      int other = product.operands().get(1 - i);
      if (position >= 0) {
        Loop.Instruction step = loop.instructions().get(position);
        if (step.code() == Code.STEP && step.operands().get(0) == other) {
          return other;
        }
      }
    }
    return -1;
  }

  private INDArray array(Value value, Collapsed space) {
    if (value.array() != null) {
      return value.get();
    }
    long[] one = new long[space.rank()];
    Arrays.fill(one, 1);
    INDArray number = plan.scratch(one);
    plan.fill(number, value.number());
    return number;
  }

  private static long[] common(List<INDArray> arrays) {
    long[] extents = arrays.get(0).shape().clone();
    for (INDArray array : arrays) {
      for (int axis = 0; axis < extents.length; axis++) {
        extents[axis] = Math.max(extents[axis], array.shape()[axis]);
      }
    }
    return extents;
  }

  private void store(Value value, Collapsed space, Slot output) {
    INDArray target = plan.storage().view(output, space.extents());
    if (value.array() == null) {
      plan.fill(target, value.number());
    } else if (Arrays.equals(value.get().shape(), target.shape())) {
      plan.copy(value.get(), target);
    } else {
      repeat(value.get(), target);
    }
  }

  /** Added to zeros, which is much faster than ND4J's broadcast. */
  void repeat(INDArray small, INDArray target) {
    plan.fill(target, 0);
    plan.custom("add", target, target, small);
  }

  private INDArray spread(INDArray array, long[] extents) {
    if (Arrays.equals(array.shape(), extents) && isDense(array)) {
      return array;
    }
    INDArray whole = plan.scratch(extents);
    repeat(array, whole);
    return whole;
  }

  private static boolean isDense(INDArray array) {
    long stride = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) > 1 && array.stride(axis) != stride) {
        return false;
      }
      stride *= array.size(axis);
    }
    return true;
  }

  private void sum(Loop.Sum sum, List<Value> values, Collapsed space, Slot output) {
    INDArray whole = spread(array(values.get(sum.value()), space), Views.longs(space.extents()));
    int size = Views.size(space.extents());
    INDArray target = plan.storage().view(output, sum.count());
    sums.around(whole, size / sum.run() / sum.count(), sum.count(), sum.run(), target);
  }
}
