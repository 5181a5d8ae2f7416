package org.neuralharmonizer.nd4j;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Slot;

/** The space of a loop, with axes along which all operands go on alike made one. */
final class Collapsed {
  private final List<Integer> extents = new ArrayList<>();

  /** By operand, by axis. */
  private final List<List<Integer>> strides = new ArrayList<>();

  Collapsed(Loop loop) {
    int[] whole = loop.space().extents();
    loop.operands().forEach(operand -> strides.add(new ArrayList<>()));
    for (int axis = 0; axis < whole.length; axis++) {
      if (whole[axis] == 1) {
        continue;
      }
      int last = extents.size() - 1;
      boolean goesOn = last >= 0 && goesOn(loop, axis, whole[axis], last);
      if (goesOn) {
        extents.set(last, extents.get(last) * whole[axis]);
      } else {
        extents.add(whole[axis]);
      }
      for (int i = 0; i < strides.size(); i++) {
        int stride = loop.operands().get(i).strides().get(axis);
        if (goesOn) {
          strides.get(i).set(last, stride);
        } else {
          strides.get(i).add(stride);
        }
      }
    }
    if (extents.isEmpty()) {
      extents.add(1);
      strides.forEach(each -> each.add(0));
    }
  }

  private boolean goesOn(Loop loop, int axis, int extent, int last) {
    for (int i = 0; i < strides.size(); i++) {
      int stride = loop.operands().get(i).strides().get(axis);
      if (strides.get(i).get(last) != (long) stride * extent) {
        return false;
      }
    }
    return true;
  }

  int rank() {
    return extents.size();
  }

  int[] extents() {
    return extents.stream().mapToInt(Integer::intValue).toArray();
  }

  /** An operand, of extent 1 where it repeats. */
  INDArray view(Plan plan, Slot slot, int operand) {
    int[] own = extents();
    int[] steps = strides.get(operand).stream().mapToInt(Integer::intValue).toArray();
    for (int axis = 0; axis < own.length; axis++) {
      if (steps[axis] == 0) {
        own[axis] = 1;
        steps[axis] = 1;
      }
    }
    return plan.storage().view(slot, 0, own, steps);
  }
}
