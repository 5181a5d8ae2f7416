package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * Positions in row-major order over some axes, and how operands follow them: as linear functions of
 * the position's indices. Axes along which all operands go on alike are one axis.
 */
final class Axes {
  private final List<Integer> extents = new ArrayList<>();

  /** By operand, by axis. */
  private final List<List<Integer>> strides = new ArrayList<>();

  /**
   * Axes and how operands follow them.
   *
   * @param strides one array for each operand: its step along each axis
   */
  Axes(int[] extents, List<int[]> strides) {
    strides.forEach(each -> this.strides.add(new ArrayList<>()));
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] == 1) {
        continue;
      }
      int last = this.extents.size() - 1;
      if (last >= 0 && goesOn(extents[axis], axis, strides, last)) {
        this.extents.set(last, this.extents.get(last) * extents[axis]);
        for (int i = 0; i < strides.size(); i++) {
          this.strides.get(i).set(last, strides.get(i)[axis]);
        }
      } else {
        this.extents.add(extents[axis]);
        for (int i = 0; i < strides.size(); i++) {
          this.strides.get(i).add(strides.get(i)[axis]);
        }
      }
    }
    if (this.extents.isEmpty()) {
      this.extents.add(1);
      this.strides.forEach(each -> each.add(0));
    }
  }

  private boolean goesOn(int extent, int axis, List<int[]> all, int last) {
    for (int i = 0; i < all.size(); i++) {
      if (strides.get(i).get(last) != (long) all.get(i)[axis] * extent) {
        return false;
      }
    }
    return true;
  }

  int count() {
    return extents.size();
  }

  int extent(int axis) {
    return extents.get(axis);
  }

  int stride(int operand, int axis) {
    return strides.get(operand).get(axis);
  }

  /** How many neighbours can be read at once by operands that begin where 4 floats may. */
  int width() {
    int last = extents.size() - 1;
    if (extents.get(last) % 4 != 0) {
      return 1;
    }
    for (List<Integer> operand : strides) {
      if (operand.get(last) > 1) {
        return 1;
      }
      for (int axis = 0; axis < last && operand.get(last) == 1; axis++) {
        if (operand.get(axis) % 4 != 0) {
          return 1;
        }
      }
    }
    return 4;
  }

  /** Whether an operand has the same value for all neighbours along the innermost axis. */
  boolean repeats(int operand) {
    return strides.get(operand).get(extents.size() - 1) == 0;
  }

  /** Whether an operand's elements lie in the order of the positions. */
  boolean isDense(int operand) {
    return offset(operand, "p").equals("p");
  }

  /** How many elements of an operand the positions read. */
  long elements(int operand) {
    long elements = 1;
    for (int axis = 0; axis < extents.size(); axis++) {
      elements *= strides.get(operand).get(axis) == 0 ? 1 : extents.get(axis);
    }
    return elements;
  }

  /** The offset of an operand at a position, in C. */
  String offset(int operand, String position) {
    return offset(strides.get(operand), position);
  }

  private String offset(List<Integer> steps, String position) {
    List<String> terms = new ArrayList<>();
    long inner = 1;
    boolean dense = true;
    for (int axis = extents.size() - 1; axis >= 0; axis--) {
      int step = steps.get(axis);
      dense &= step == inner;
      if (step != 0) {
        String index = inner == 1 ? position : position + " / " + inner + "u";
        if (axis > 0) {
          index += " % " + extents.get(axis) + "u";
        }
        boolean plain = index.equals(position) || step == 1;
        terms.add(0, step == 1 ? index : (plain ? index : "(" + index + ")") + " * " + step + "u");
      }
      inner *= extents.get(axis);
    }
    if (dense) {
      return position;
    }
    return terms.isEmpty() ? "0" : String.join(" + ", terms);
  }
}
