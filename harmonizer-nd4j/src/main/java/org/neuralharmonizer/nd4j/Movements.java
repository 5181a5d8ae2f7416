package org.neuralharmonizer.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;

/** Calls for elements that are rearranged: copies between views. */
final class Movements {
  private final Plan plan;
  private final Loops loops;

  Movements(Plan plan, Loops loops) {
    this.plan = plan;
    this.loops = loops;
  }

  void broadcast(Step.Apply step) {
    int[] target = Storage.extents(step.output());
    int[] own = step.inputs().get(0).shape().extents();
    int[] extents = new int[target.length];
    for (int axis = 0; axis < extents.length; axis++) {
      int inner = axis - extents.length + own.length;
      extents[axis] = inner >= 0 ? own[inner] : 1;
    }
    INDArray x = plan.storage().view(step.inputs().get(0), extents);
    INDArray y = plan.storage().view(step.output());
    if (Views.size(extents) == Views.size(target)) {
      plan.copy(x, y);
    } else {
      loops.repeat(x, y);
    }
  }

  void permute(Step.Apply step) {
    List<Integer> order = ((Movement.Permute) step.primitive()).order();
    int[] own = step.inputs().get(0).shape().strides();
    int[] strides = order.stream().mapToInt(axis -> own[axis]).toArray();
    INDArray y = plan.storage().view(step.output());
    if (order.isEmpty()) {
      plan.copy(plan.storage().view(step.inputs().get(0)), y);
      return;
    }
    int[] extents = step.output().shape().extents();
    plan.copy(plan.storage().view(step.inputs().get(0), 0, extents, strides), y);
  }

  void slice(Step.Apply step) {
    List<Span> spans = ((Movement.Slice) step.primitive()).spans();
    plan.copy(at(step.inputs().get(0), spans), plan.storage().view(step.output()));
  }

  void pad(Step.Apply step) {
    List<Span> spans = ((Movement.Pad) step.primitive()).spans();
    plan.fill(plan.storage().view(step.output()), 0);
    Slot x = step.inputs().get(0);
    if (x.shape().size() > 0) {
      plan.copy(plan.storage().view(x), at(step.output(), spans));
    }
  }

  /** The elements at some positions. */
  private INDArray at(Slot slot, List<Span> spans) {
    int[] own = slot.shape().strides();
    if (own.length == 0) {
      return plan.storage().view(slot);
    }
    int[] extents = new int[own.length];
    int[] strides = new int[own.length];
    int start = 0;
    for (int axis = 0; axis < own.length; axis++) {
      extents[axis] = spans.get(axis).count();
      strides[axis] = spans.get(axis).step() * own[axis];
      start += spans.get(axis).start() * own[axis];
    }
    return plan.storage().view(slot, start, extents, strides);
  }

  void concat(Step.Apply step) {
    int axis = ((Movement.Concat) step.primitive()).axis();
    int[] strides = step.output().shape().strides();
    int start = 0;
    for (Slot part : step.inputs()) {
      if (part.shape().size() > 0) {
        INDArray place = plan.storage().view(step.output(), start, part.shape().extents(), strides);
        plan.copy(plan.storage().view(part), place);
      }
      start += part.shape().extent(axis) * strides[axis];
    }
  }
}
