package org.neuralharmonizer.nd4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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

  void run(Step.Fused step) {
    if (step.loop().space().size() > 0) {
      new Body(step).run();
      return;
    }
    for (Slot output : step.outputs()) {
      if (output.shape().size() > 0) {
        plan.fill(plan.storage().view(output), 0);
      }
    }
  }

  /** Added to zeros, which is much faster than ND4J's broadcast. */
  void repeat(INDArray small, INDArray target) {
    plan.fill(target, 0);
    plan.custom("add", target, target, small);
  }

  /** A value of a loop: an array, or a number that is known. */
  private record Value(@Nullable INDArray array, double number) {
    static Value of(INDArray array) {
      return new Value(array, 0);
    }
  }

  /** One loop. */
  private final class Body {
    private final Step.Fused step;
    private final Loop loop;
    private final Collapsed space;
    private final long[] whole;
    private final List<Value> values = new ArrayList<>();
    private boolean isStored;

    Body(Step.Fused step) {
      this.step = step;
      this.loop = step.loop();
      this.space = new Collapsed(loop);
      this.whole = Views.longs(space.extents());
    }

    void run() {
      for (int i = 0; i < loop.operands().size(); i++) {
        values.add(Value.of(space.view(plan, step.inputs().get(i), i)));
      }
      int[] lastUse = lastUse();
      for (Loop.Instruction instruction : loop.instructions()) {
        values.add(value(instruction));
        release(instruction, lastUse);
      }
      int results = loop.results().size();
      for (int i = 0; !isStored && i < results; i++) {
        store(values.get(loop.results().get(i)), target(i));
      }
      for (int i = 0; i < loop.sums().size(); i++) {
        sum(loop.sums().get(i), step.outputs().get(results + i));
      }
    }

    /** By value, the instruction that reads it last; beyond all if the value leaves the loop. */
    private int[] lastUse() {
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

    private void release(Loop.Instruction instruction, int[] lastUse) {
      for (int operand : instruction.operands()) {
        INDArray array = values.get(operand).array();
        if (lastUse[operand] == values.size() - 1 && array != null) {
          // Operands of the loop are nobody's to release; the storage passes over them.
          plan.storage().release(array);
        }
      }
    }

    private INDArray target(int result) {
      return plan.storage().view(step.outputs().get(result), space.extents());
    }

    private Value value(Loop.Instruction instruction) {
      if (instruction.code() == Code.LITERAL) {
        return new Value(null, instruction.attribute());
      }
      int gated = gated(instruction);
      if (gated >= 0) {
        INDArray x = array(values.get(gated));
        INDArray result = result(x.shape());
        elementwise.rectify(x, result);
        return Value.of(result);
      }
      List<INDArray> arrays = new ArrayList<>();
      instruction.operands().forEach(operand -> arrays.add(array(values.get(operand))));
      INDArray result = result(common(arrays));
      if (instruction.code() == Code.SELECT) {
        // Takes operands of one shape.
        arrays.replaceAll(array -> spread(array, result.shape()));
      }
      elementwise.apply(instruction.code(), instruction.attribute(), arrays, result);
      return Value.of(result);
    }

    /**
     * Where a result goes. That of the last instruction may go to the output at once: the output's
     * memory may be an operand's, but nothing reads that any more.
     */
    private INDArray result(long[] extents) {
      int own = values.size();
      boolean isLast = own == loop.operands().size() + loop.instructions().size() - 1;
      if (isLast && loop.results().equals(List.of(own)) && Arrays.equals(extents, whole)) {
        isStored = true;
        return target(0);
      }
      return plan.scratch(extents);
    }

    /** The operand of x · step(x), which is 0 where x is −∞; −1 for other instructions. */
    private int gated(Loop.Instruction product) {
      if (product.code() != Code.MULTIPLY) {
        return -1;
      }
      for (int i = 0; i < 2; i++) {
        int position = product.operands().get(i) - loop.operands().size();
        int other = product.operands().get(1 - i);
        if (position >= 0) {
          Loop.Instruction mask = loop.instructions().get(position);
          if (mask.code() == Code.STEP && mask.operands().get(0) == other) {
            return other;
          }
        }
      }
      return -1;
    }

    private INDArray array(Value value) {
      if (value.array() != null) {
        return value.array();
      }
      long[] one = new long[whole.length];
      Arrays.fill(one, 1);
      INDArray number = plan.scratch(one);
      plan.fill(number, value.number());
      return number;
    }

    private void store(Value value, INDArray target) {
      if (value.array() == null) {
        plan.fill(target, value.number());
      } else if (Arrays.equals(value.array().shape(), whole)) {
        plan.copy(Objects.requireNonNull(value.array()), target);
      } else {
        repeat(Objects.requireNonNull(value.array()), target);
      }
    }

    private void sum(Loop.Sum sum, Slot output) {
      INDArray all = spread(array(values.get(sum.value())), whole);
      int outer = Views.size(space.extents()) / sum.run() / sum.count();
      INDArray target = plan.storage().view(output, sum.count());
      sums.around(all, outer, sum.count(), sum.run(), target);
    }
  }

  private static long[] common(List<INDArray> arrays) {
    long[] extents = arrays.get(0).shape().clone();
    for (INDArray array : arrays) {
      for (int axis = 0; axis < extents.length; axis++) {
        extents[axis] = Math.max(extents[axis], array.size(axis));
      }
    }
    return extents;
  }

  /** The same elements, repeated where they have to be, and one after another. */
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
}
