package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.LoopOperation.NONE;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.cpu.LoopOperation.Kind;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.program.Loop;

/**
 * Chooses the passes for the instructions of a loop. Each pass loads and stores whole blocks, which
 * takes longer than the arithmetic; so what only the next operation needs is computed together with
 * it, where there is a pass for both.
 */
final class LoopOperations {
  private final Loop loop;
  private final int operands;

  /** How often each value is read, summed, or leaves the loop. */
  private final int[] uses;

  private final @Nullable LoopOperation[] passes;

  private LoopOperations(Loop loop) {
    this.loop = loop;
    operands = loop.operands().size();
    uses = new int[operands + loop.instructions().size()];
    passes = new LoopOperation[loop.instructions().size()];
  }

  static List<LoopOperation> of(Loop loop) {
    return new LoopOperations(loop).choose();
  }

  private List<LoopOperation> choose() {
    loop.results().forEach(value -> uses[value]++);
    loop.sums().forEach(sum -> uses[sum.value()]++);
    for (int i = 0; i < passes.length; i++) {
      Loop.Instruction instruction = loop.instructions().get(i);
      int[] reads = instruction.operands().stream().mapToInt(Integer::intValue).toArray();
      float attribute = (float) instruction.attribute();
      use(
          i,
          new LoopOperation(
              Kind.SINGLE,
              instruction.code(),
              instruction.code(),
              reads,
              attribute,
              0,
              operands + i));
    }
    List<LoopOperation> chosen = new ArrayList<>();
    List<List<LoopOperation>> sums = new ArrayList<>();
    for (int i = 0; i < passes.length; i++) {
      sums.add(new ArrayList<>());
      gate(i);
    }
    for (int i = 0; i < passes.length; i++) {
      drop(i);
      pair(i);
    }
    for (int i = 0; i < loop.sums().size(); i++) {
      int value = loop.sums().get(i).value();
      sums.get(value - operands).add(sum(i, value));
    }
    for (int i = 0; i < passes.length; i++) {
      if (passes[i] != null) {
        chosen.add(passes[i]);
      }
      chosen.addAll(sums.get(i));
    }
    return chosen;
  }

  private void use(int i, @Nullable LoopOperation pass) {
    LoopOperation before = passes[i];
    count(before, -1);
    count(pass, 1);
    passes[i] = pass;
  }

  private void count(@Nullable LoopOperation pass, int times) {
    if (pass != null) {
      for (int read : pass.reads()) {
        if (read != NONE) {
          uses[read] += times;
        }
      }
    }
  }

  private @Nullable LoopOperation pass(int value) {
    return value < operands ? null : passes[value - operands];
  }

  /** A product with a step does not wait for the step to be stored. */
  private void gate(int i) {
    LoopOperation product = passes[i];
    if (product == null || product.first() != Code.MULTIPLY) {
      return;
    }
    for (int side = 1; side >= 0; side--) {
      LoopOperation step = pass(product.reads()[side]);
      if (step != null && step.kind() == Kind.SINGLE && step.first() == Code.STEP) {
        int[] reads = {step.reads()[0], product.reads()[1 - side]};
        use(
            i,
            new LoopOperation(Kind.GATE, Code.STEP, Code.MULTIPLY, reads, 0, 0, product.target()));
        return;
      }
    }
  }

  private void drop(int i) {
    LoopOperation pass = passes[i];
    if (pass != null && pass.first() == Code.STEP && uses[pass.target()] == 0) {
      use(i, null);
    }
  }

  private void pair(int i) {
    LoopOperation outer = passes[i];
    if (outer == null || !isSumOrProduct(outer)) {
      return;
    }
    for (int side = 0; side < outer.reads().length; side++) {
      int value = outer.reads()[side];
      LoopOperation inner = pass(value);
      if (inner != null && isSumOrProduct(inner) && uses[value] == 1) {
        boolean alone = outer.reads().length == 1;
        int[] reads = {
          inner.reads()[0],
          inner.reads().length == 1 ? NONE : inner.reads()[1],
          alone ? NONE : outer.reads()[1 - side]
        };
        use(value - operands, null);
        use(
            i,
            new LoopOperation(
                Kind.PAIR,
                plain(inner),
                plain(outer),
                reads,
                inner.attribute(),
                outer.attribute(),
                outer.target()));
        return;
      }
    }
  }

  private static boolean isSumOrProduct(LoopOperation pass) {
    return pass.kind() == Kind.SINGLE
        && (pass.first() == Code.ADD
            || pass.first() == Code.MULTIPLY
            || pass.first() == Code.SCALE);
  }

  private static Code plain(LoopOperation pass) {
    return pass.first() == Code.SCALE ? Code.MULTIPLY : pass.first();
  }

  private LoopOperation sum(int index, int value) {
    LoopOperation product = pass(value);
    boolean together =
        product != null
            && product.kind() == Kind.SINGLE
            && product.first() == Code.MULTIPLY
            && uses[value] == 1
            && isRun(product.reads()[0])
            && isRun(product.reads()[1]);
    if (!together) {
      return new LoopOperation(Kind.SUM, Code.SUM, Code.SUM, new int[] {value}, 0, index, NONE);
    }
    int[] reads = product.reads();
    use(value - operands, null);
    return new LoopOperation(Kind.SUM_OF_PRODUCTS, Code.MULTIPLY, Code.SUM, reads, 0, index, NONE);
  }

  /** Whether a value surely is a run of elements, not one number that is repeated. */
  private boolean isRun(int value) {
    return value >= operands
        || Repetition.of(loop.space().extents(), loop.operands().get(value).strides()).whole();
  }
}
