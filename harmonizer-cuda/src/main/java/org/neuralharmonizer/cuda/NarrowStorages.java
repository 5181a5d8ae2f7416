package org.neuralharmonizer.cuda;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/**
 * Which values of a program may be kept in fewer digits: large ones that a step passes to another.
 * Not what comes in, goes out or stays from run to run, nor what that is computed from element by
 * element, such as the gradient of a weight; nor indices, which are whole numbers.
 */
final class NarrowStorages {

  /** Fewer values than these are no burden: statistics of channels, class scores, losses. */
  static final int LEAST_VALUES = 1 << 16;

  private static final Set<Code> MOVEMENTS =
      Set.of(Code.BROADCAST, Code.PERMUTE, Code.SLICE, Code.PAD, Code.CONCAT);

  private final Set<Integer> wide = new HashSet<>();
  private final Set<Integer> narrow = new HashSet<>();
  private final int leastValues;

  private NarrowStorages(int leastValues) {
    this.leastValues = leastValues;
  }

  /**
   * Those of a program.
   *
   * @param leastValues that a storage holds
   */
  static Set<Integer> of(Program program, int leastValues) {
    NarrowStorages storages = new NarrowStorages(leastValues);
    program.outputs().forEach(storages::widen);
    program.updates().forEach(update -> storages.widen(update.value()));
    List<Step> steps = program.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      storages.visit(steps.get(i));
    }
    storages.narrow.removeAll(storages.wide);
    return storages.narrow;
  }

  private void widen(Slot slot) {
    wide.add(slot.storage());
  }

  /** Steps come last to first, so all that is wide because of later ones is known. */
  private void visit(Step step) {
    if (step instanceof Step.Apply apply) {
      visit(apply);
    }
    for (Slot output : step.outputs()) {
      if (!wide.contains(output.storage())) {
        if (output.shape().size() >= leastValues) {
          narrow.add(output.storage());
        }
      } else if (step instanceof Step.Fused || movesOnly(step)) {
        step.inputs().stream()
            .filter(input -> movesOnly(step) || input.shape().size() == output.shape().size())
            .forEach(this::widen);
      }
    }
  }

  private void visit(Step.Apply step) {
    if (step.primitive().code() == Code.ARG_MAX
        || step.primitive() instanceof Windowing.ArgMaxWindow) {
      widen(step.output());
    } else if (step.primitive() instanceof Movement.GatherRows
        || step.primitive() instanceof Movement.ScatterRows
        || step.primitive() instanceof Windowing.GatherWindow
        || step.primitive() instanceof Windowing.ScatterWindow) {
      widen(step.inputs().get(1));
    }
  }

  private static boolean movesOnly(Step step) {
    return step instanceof Step.Apply apply && MOVEMENTS.contains(apply.primitive().code());
  }
}
