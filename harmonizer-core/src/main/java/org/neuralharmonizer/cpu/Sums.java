package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sums over chosen axes of a dense tensor, in double, rounded once. The order of additions depends
 * on the shape alone.
 */
final class Sums {

  private static final int WORK_PER_TASK = 1 << 16;

  /** Columns of one task, as doubles within the first cache. */
  private static final int COLUMNS = 2048;

  private static final int MOST_PARTS = 32;

  private final Workers workers;
  private final Loops loops;

  Sums(Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
  }

  /**
   * Writes the sums over the axes marked, the others in their order. A sum of nothing is 0.
   *
   * @param summed for each axis of the shape whether it is summed over
   */
  Kernel sum(int[] shape, boolean[] summed, float[] x, int xo, float[] out, int oo) {
    Axes axes = Axes.of(shape, summed);
    return axes.isRunSummed
        ? new RunSums(axes, x, xo, out, oo)
        : new ColumnSums(axes, x, xo, out, oo);
  }

  /** Neighbouring axes of one kind are one; the innermost is kept apart as the run. */
  private static final class Axes {
    final boolean isRunSummed;
    final int run;
    final int kept;
    final int terms;
    private final int[] keptShape;
    private final int[] keptStrides;
    private final int[] termShape;
    private final int[] termStrides;

    private Axes(boolean isRunSummed, int run, List<int[]> kept, List<int[]> terms) {
      this.isRunSummed = isRunSummed;
      this.run = run;
      keptShape = column(kept, 0);
      keptStrides = column(kept, 1);
      termShape = column(terms, 0);
      termStrides = column(terms, 1);
      this.kept = product(keptShape);
      this.terms = product(termShape);
    }

    static Axes of(int[] shape, boolean[] summed) {
      List<int[]> kept = new ArrayList<>();
      List<int[]> terms = new ArrayList<>();
      int axis = shape.length - 1;
      boolean isRunSummed = shape.length > 0 && summed[axis];
      int stride = 1;
      for (; axis >= 0 && (summed[axis] == isRunSummed || shape[axis] == 1); axis--) {
        stride *= shape[axis];
      }
      int run = stride;
      for (; axis >= 0; axis--) {
        List<int[]> kind = summed[axis] ? terms : kept;
        kind.add(0, new int[] {shape[axis], stride});
        stride *= shape[axis];
      }
      return new Axes(isRunSummed, run, kept, terms);
    }

    private static int[] column(List<int[]> rows, int column) {
      return rows.stream().mapToInt(row -> row[column]).toArray();
    }

    private static int product(int[] extents) {
      return Arrays.stream(extents).reduce(1, (a, b) -> a * b);
    }

    int keptOffset(int index) {
      return offset(index, keptShape, keptStrides);
    }

    int termOffset(int index) {
      return offset(index, termShape, termStrides);
    }

    private static int offset(int index, int[] shape, int[] strides) {
      int rest = index;
      int offset = 0;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        offset += rest % shape[axis] * strides[axis];
        rest /= shape[axis];
      }
      return offset;
    }
  }

  /** Each output is a sum of contiguous runs; long ones are cut into pieces. */
  private final class RunSums implements Kernel {
    private final Axes axes;
    private final float[] x;
    private final int xo;
    private final float[] out;
    private final int oo;
    private final int piecesPerRun;
    private final int pieces;
    private final int piece;
    private final int parts;
    private final Kernel addParts;
    private double[] partial = {};

    RunSums(Axes axes, float[] x, int xo, float[] out, int oo) {
      this.axes = axes;
      this.x = x;
      this.xo = xo;
      this.out = out;
      this.oo = oo;
      piecesPerRun = Math.max(1, ceiling(axes.run, WORK_PER_TASK));
      pieces = axes.terms * piecesPerRun;
      piece = Math.min(axes.run, WORK_PER_TASK);
      double work = (double) pieces * piece;
      parts = parts(axes.kept, pieces, work);
      addParts = PlaneTask.kernel(workers, axes.kept * parts, work / parts / 2, this::addPart);
    }

    @Override
    public void run() {
      partial = workers.scratch().doubles(axes.kept * parts);
      addParts.run();
      for (int i = 0; i < axes.kept; i++) {
        double sum = 0;
        for (int p = 0; p < parts; p++) {
          sum += partial[i * parts + p];
        }
        out[oo + i] = (float) sum;
      }
    }

    private void addPart(int i, Scratch scratch) {
      int from = xo + axes.keptOffset(i / parts);
      int end = part(i % parts + 1, parts, pieces);
      double sum = 0;
      for (int p = part(i % parts, parts, pieces); p < end; p++) {
        int start = p % piecesPerRun * WORK_PER_TASK;
        int count = Math.min(piece, axes.run - start);
        sum += loops.sum(x, from + axes.termOffset(p / piecesPerRun) + start, count);
      }
      partial[i] = sum;
    }
  }

  /** Each run is added element by element to a run of sums. */
  private final class ColumnSums implements Kernel {
    private final Axes axes;
    private final float[] x;
    private final int xo;
    private final float[] out;
    private final int oo;
    private final int width;
    private final int across;
    private final int parts;
    private final int outputs;
    private final Kernel addParts;
    private double[] partial = {};

    ColumnSums(Axes axes, float[] x, int xo, float[] out, int oo) {
      this.axes = axes;
      this.x = x;
      this.xo = xo;
      this.out = out;
      this.oo = oo;
      width = Math.min(COLUMNS, axes.run);
      across = ceiling(axes.run, Math.max(1, width));
      double work = (double) width * axes.terms;
      parts = parts(axes.kept * across, axes.terms, work);
      outputs = axes.kept * axes.run;
      addParts =
          parts == 1
              ? PlaneTask.kernel(workers, axes.kept * across, work / 2, this::addWhole)
              : PlaneTask.kernel(
                  workers, axes.kept * across * parts, work / parts / 2, this::addPart);
    }

    @Override
    public void run() {
      if (parts == 1) {
        addParts.run();
        return;
      }
      partial = workers.scratch().doubles(outputs * parts);
      addParts.run();
      for (int p = 1; p < parts; p++) {
        for (int i = 0; i < outputs; i++) {
          partial[i] += partial[p * outputs + i];
        }
      }
      store(partial, 0, out, oo, outputs);
    }

    private void addWhole(int i, Scratch scratch) {
      int start = i % across * width;
      int count = Math.min(width, axes.run - start);
      double[] sums = scratch.doubles(count);
      int from = xo + axes.keptOffset(i / across) + start;
      addRuns(axes, x, from, 0, axes.terms, sums, 0, count);
      store(sums, 0, out, oo + i / across * axes.run + start, count);
    }

    private void addPart(int i, Scratch scratch) {
      int p = i % parts;
      int start = i / parts % across * width;
      int count = Math.min(width, axes.run - start);
      int index = i / parts / across;
      addRuns(
          axes,
          x,
          xo + axes.keptOffset(index) + start,
          part(p, parts, axes.terms),
          part(p + 1, parts, axes.terms),
          partial,
          p * outputs + index * axes.run + start,
          count);
    }
  }

  private void addRuns(
      Axes axes, float[] x, int xo, int first, int end, double[] sums, int so, int count) {
    Arrays.fill(sums, so, so + count, 0);
    for (int term = first; term < end; term++) {
      loops.accumulate(x, xo + axes.termOffset(term), sums, so, count);
    }
  }

  private static void store(double[] sums, int so, float[] out, int oo, int count) {
    for (int i = 0; i < count; i++) {
      out[oo + i] = (float) sums[so + i];
    }
  }

  /** Cuts the terms where there are too few outputs to share. */
  private static int parts(int outputs, int terms, double workPerOutput) {
    if (outputs >= MOST_PARTS) {
      return 1;
    }
    double wanted = Math.min(MOST_PARTS, outputs * workPerOutput / WORK_PER_TASK);
    return Math.max(1, Math.min(terms, (int) (wanted / Math.max(1, outputs))));
  }

  private static int part(int i, int parts, int terms) {
    return (int) ((long) terms * i / parts);
  }
}
