package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * How an operand repeats within a larger shape, with neighbouring axes merged where it moves
 * through them alike. Positions count the elements of the larger shape in row-major order.
 */
final class Repetition {
  private final int[] extents;
  private final int[] strides;

  private Repetition(int[] extents, int[] strides) {
    this.extents = extents;
    this.strides = strides;
  }

  /**
   * @param extents the larger shape
   * @param strides for each of its axes the step in the operand; 0 where it repeats
   */
  static Repetition of(int[] extents, List<Integer> strides) {
    List<int[]> merged = new ArrayList<>();
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      int extent = extents[axis];
      int stride = strides.get(axis);
      if (extent == 1) {
        continue;
      }
      int[] inner = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (inner != null && stride == inner[1] * inner[0]) {
        inner[0] *= extent;
      } else {
        merged.add(new int[] {extent, stride});
      }
    }
    // Innermost first: that is the order in which positions are taken apart.
    return new Repetition(
        merged.stream().mapToInt(axis -> axis[0]).toArray(),
        merged.stream().mapToInt(axis -> axis[1]).toArray());
  }

  /** Whether the operand has one element, repeated everywhere. */
  boolean single() {
    return extents.length == 0 || (extents.length == 1 && strides[0] == 0);
  }

  /** Whether the operand does not repeat at all. */
  boolean whole() {
    return extents.length == 0 || (extents.length == 1 && strides[0] == 1);
  }

  /** How many neighbouring positions have the same element, from every multiple of that number. */
  int run() {
    return extents.length > 0 && strides[0] == 0 ? extents[0] : 1;
  }

  /** Whether n positions have the same element. */
  boolean constant(int from, int n) {
    return single() || (strides[0] == 0 && from % extents[0] + n <= extents[0]);
  }

  /** The element at a position. */
  int element(int position) {
    return single() ? 0 : position % extents[0] * strides[0] + offset(position / extents[0]);
  }

  /**
   * Writes the operand's elements at positions {@code from … from + n − 1}; what lies after them,
   * up to {@link Loops#SLACK} elements, is left undefined.
   */
  void expand(Loops loops, float[] x, int xo, int from, float[] out, int oo, int n) {
    int row = extents[0];
    int written = 0;
    while (written < n) {
      int position = from + written;
      int column = position % row;
      int place = position / row;
      int run = Math.min(row - column, n - written);
      int source = xo + offset(place);
      if (strides[0] != 0) {
        System.arraycopy(x, source + column, out, oo + written, run);
        written += run;
      } else {
        int following = Math.min((n - written) / row, extents[1] - place % extents[1]);
        int count = run == row ? following : 1;
        loops.repeat(x, source, strides[1], count, run, out, oo + written);
        written += count * run;
      }
    }
  }

  private int offset(int rows) {
    int offset = 0;
    int rest = rows;
    for (int axis = 1; axis < extents.length; axis++) {
      offset += rest % extents[axis] * strides[axis];
      rest /= extents[axis];
    }
    return offset;
  }
}
