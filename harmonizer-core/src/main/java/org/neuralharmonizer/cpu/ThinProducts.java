package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;

import java.util.function.IntConsumer;

/** Products with few rows: each element of the right operand is read once, unpacked. */
final class ThinProducts {

  private static final int ELEMENTS_PER_TASK = 1 << 16;

  /** Neighbouring columns that are read together: a page of memory. */
  private static final int LEAST_COLUMNS = 1024;

  private final Workers workers;
  private final Loops loops;

  ThinProducts(Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
  }

  Kernel multiply(
      int m, int n, int depth, MatrixPanels left, MatrixPanels right, float[] c, int co, int ldc) {
    return new Rows(m, n, depth, left, right, c, co, ldc);
  }

  /** One product; the left operand is copied to the scratch of the thread that runs it. */
  private final class Rows implements Kernel {
    private final int m;
    private final int n;
    private final int depth;
    private final MatrixPanels left;
    private final MatrixPanels right;
    private final float[] c;
    private final int co;
    private final int ldc;
    private final int perTask;
    private final IntConsumer share = this::share;
    private float[] rows = {};

    Rows(
        int m,
        int n,
        int depth,
        MatrixPanels left,
        MatrixPanels right,
        float[] c,
        int co,
        int ldc) {
      this.m = m;
      this.n = n;
      this.depth = depth;
      this.left = left;
      this.right = right;
      this.c = c;
      this.co = co;
      this.ldc = ldc;
      int least = right.lineStep() == 1 ? LEAST_COLUMNS : 16;
      perTask = Math.max(least, ELEMENTS_PER_TASK / Math.max(1, depth));
    }

    @Override
    public void run() {
      rows = workers.scratch().floats(Scratch.Use.SHARED_ROWS, m * depth);
      for (int i = 0; i < m; i++) {
        for (int d = 0; d < depth; d++) {
          rows[i * depth + d] =
              left.values()[left.offset() + d * left.depthStep() + i * left.lineStep()];
        }
      }
      workers.forEach(ceiling(n, perTask), share);
    }

    private void share(int task) {
      int from = task * perTask;
      int count = Math.min(perTask, n - from);
      if (right.lineStep() == 1) {
        addRows(from, count);
        return;
      }
      for (int i = 0; i < m; i++) {
        dotColumns(rows, i * depth, depth, right, from, c, co + i * ldc + from, count);
      }
    }

    private void addRows(int from, int count) {
      float[] b = right.values();
      for (int i = 0; i < m; i++) {
        int to = co + i * ldc + from;
        loops.scale(b, right.offset() + from, rows[i * depth], c, to, count);
      }
      for (int d = 1; d < depth; d++) {
        int bo = right.offset() + from + d * right.depthStep();
        for (int i = 0; i < m; i++) {
          loops.axpy(rows[i * depth + d], b, bo, c, co + i * ldc + from, count);
        }
      }
    }
  }

  private void dotColumns(
      float[] row, int ro, int depth, MatrixPanels right, int from, float[] c, int co, int count) {
    float[] b = right.values();
    for (int j = 0; j < count; j++) {
      int bo = right.offset() + (from + j) * right.lineStep();
      if (right.depthStep() == 1) {
        c[co + j] = (float) loops.dot(row, ro, b, bo, depth);
      } else {
        double sum = 0;
        for (int d = 0; d < depth; d++) {
          sum += (double) row[ro + d] * b[bo + d * right.depthStep()];
        }
        c[co + j] = (float) sum;
      }
    }
  }
}
