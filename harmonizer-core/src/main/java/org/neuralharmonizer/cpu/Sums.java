package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sum of an array over some of its axes, in double. Neighbouring axes of one fate are merged;
 * what remains is walked in a fixed order, in pieces that depend on the sizes only.
 */
final class Sums {
  /** Elements that a task should touch at least. */
  private static final int WORTHWHILE = 1 << 14;

  /** Results that one task accumulates side by side. */
  private static final int COLUMNS = 1024;

  private final Workers workers;
  private final Loops loops;

  /** Kept and summed axes but for the innermost: extents and strides, innermost first. */
  private final int[][] kept;

  private final int[][] summed;
  private final int run;
  private final boolean runSummed;
  private final int rows;
  private final int terms;

  Sums(int[] extents, List<Integer> axes, Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
    List<int[]> keptAxes = new ArrayList<>();
    List<int[]> summedAxes = new ArrayList<>();
    int stride = 1;
    int length = 1;
    boolean summedRun = true;
    boolean first = true;
    Boolean previous = null;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      boolean sums = axes.contains(axis);
      if (extents[axis] != 1) {
        boolean joins = previous != null && previous == sums;
        if (previous == null || (first && joins)) {
          length *= extents[axis];
          summedRun = sums;
        } else {
          first = false;
          List<int[]> list = sums ? summedAxes : keptAxes;
          if (joins) {
            list.get(list.size() - 1)[0] *= extents[axis];
          } else {
            list.add(new int[] {extents[axis], stride});
          }
        }
        previous = sums;
      }
      stride *= extents[axis];
    }
    run = length;
    runSummed = summedRun;
    kept = keptAxes.toArray(new int[0][]);
    summed = summedAxes.toArray(new int[0][]);
    rows = count(kept);
    terms = count(summed);
  }

  void run(float[] x, int xo, float[] y, int yo) {
    if (!runSummed) {
      columns(x, xo, y, yo);
    } else if (rows == 1 && run * (long) terms > 2 * WORTHWHILE) {
      y[yo] = (float) pieces(x, xo);
    } else {
      int each = Math.max(1, WORTHWHILE / Math.max(1, run * terms));
      workers.forEach(
          (rows + each - 1) / each,
          task -> {
            for (int row = task * each; row < Math.min(rows, (task + 1) * each); row++) {
              double sum = 0;
              for (int term = 0; term < terms; term++) {
                sum += loops.sum(x, xo + offset(kept, row) + offset(summed, term), run);
              }
              y[yo + row] = (float) sum;
            }
          });
    }
  }

  /** One result from many elements: fixed pieces side by side, then their sums in order. */
  private double pieces(float[] x, int xo) {
    int pieces = (run + WORTHWHILE - 1) / WORTHWHILE;
    double[] sums = new double[terms * pieces];
    workers.forEach(
        sums.length,
        task -> {
          int from = task % pieces * WORTHWHILE;
          int start = xo + offset(summed, task / pieces) + from;
          sums[task] = loops.sum(x, start, Math.min(WORTHWHILE, run - from));
        });
    return Arrays.stream(sums).reduce(0, Double::sum);
  }

  private void columns(float[] x, int xo, float[] y, int yo) {
    int parts = (run + COLUMNS - 1) / COLUMNS;
    workers.forEach(
        rows * parts,
        task -> {
          int from = task % parts * COLUMNS;
          int n = Math.min(COLUMNS, run - from);
          int start = xo + offset(kept, task / parts) + from;
          double[] sums = workers.scratch().doubles(COLUMNS);
          Arrays.fill(sums, 0, n, 0);
          for (int term = 0; term < terms; term++) {
            loops.accumulate(x, start + offset(summed, term), sums, 0, n);
          }
          int target = yo + task / parts * run + from;
          for (int i = 0; i < n; i++) {
            y[target + i] = (float) sums[i];
          }
        });
  }

  private static int offset(int[][] axes, int position) {
    int rest = position;
    int offset = 0;
    for (int[] axis : axes) {
      offset += rest % axis[0] * axis[1];
      rest /= axis[0];
    }
    return offset;
  }

  private static int count(int[][] axes) {
    int count = 1;
    for (int[] axis : axes) {
      count *= axis[0];
    }
    return count;
  }
}
