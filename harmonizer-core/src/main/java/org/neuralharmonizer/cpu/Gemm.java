package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;
import static org.neuralharmonizer.cpu.ProductPlan.roundUp;

/**
 * Matrix products in float: operands are packed into panels that fit the caches, a {@link
 * TileKernel} multiplies panel by panel.
 *
 * <p>The order of each sum depends on the sizes only. Overflow, infinities and NaN spread as in the
 * plain triple loop.
 */
final class Gemm {

  /** Up to here the left operand is packed once for all tasks: 64 MiB. */
  private static final long MOST_SHARED = 1 << 24;

  /** Packing pays only when each packed element is used a few times. */
  private static final int THIN = 2;

  private static final int PACKED_PER_TASK = 1 << 16;

  private final Workers workers;
  private final ThinProducts thin;
  private final Loops loops;

  Gemm(Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
    thin = new ThinProducts(workers, loops);
  }

  /**
   * C (= or +=) A · B for row-major C of m × n, A of m × depth and B of depth × n; a transposed
   * operand is stored the other way round. Leading dimensions are the steps between stored rows.
   */
  void multiply(
      int m,
      int n,
      int depth,
      float[] a,
      int ao,
      int lda,
      boolean transposedA,
      float[] b,
      int bo,
      int ldb,
      boolean transposedB,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    MatrixPanels left = new MatrixPanels(a, ao, transposedA ? lda : 1, transposedA ? 1 : lda);
    MatrixPanels right = new MatrixPanels(b, bo, transposedB ? 1 : ldb, transposedB ? ldb : 1);
    if (m <= THIN && !accumulate) {
      thin.multiply(m, n, depth, left, right, c, co, ldc);
    } else if (n == 1 && ldc == 1 && !accumulate) {
      thin.multiply(1, m, depth, right, left, c, co, m);
    } else {
      multiply(m, n, depth, left, right, ProductTarget.matrix(c, co, n, ldc), accumulate);
    }
  }

  /**
   * The same for many matrices, each operand advancing by its step; a step of 0 uses one matrix for
   * all.
   */
  void multiplyAll(
      int batches,
      int m,
      int n,
      int depth,
      float[] a,
      int ao,
      int aStep,
      int lda,
      boolean transposedA,
      float[] b,
      int bo,
      int bStep,
      int ldb,
      boolean transposedB,
      float[] c,
      int co,
      int cStep,
      int ldc) {
    double work = (double) m * n * depth;
    // A few products of their own fill the team better than tasks within each.
    int perTask = (int) Math.max(1, Math.min(batches, (1 << 19) / Math.max(1, work)));
    int tasks = ceiling(batches, perTask);
    if (tasks < 4 && work > 1 << 22) {
      for (int batch = 0; batch < batches; batch++) {
        multiply(
            m,
            n,
            depth,
            a,
            ao + batch * aStep,
            lda,
            transposedA,
            b,
            bo + batch * bStep,
            ldb,
            transposedB,
            c,
            co + batch * cStep,
            ldc,
            false);
      }
      return;
    }
    workers.forEach(
        tasks,
        task -> {
          int end = Math.min(batches, (task + 1) * perTask);
          for (int batch = task * perTask; batch < end; batch++) {
            multiply(
                m,
                n,
                depth,
                a,
                ao + batch * aStep,
                lda,
                transposedA,
                b,
                bo + batch * bStep,
                ldb,
                transposedB,
                c,
                co + batch * cStep,
                ldc,
                false);
          }
        });
  }

  /** The product of operands that know how to pack themselves. */
  void multiply(
      int m,
      int n,
      int depth,
      PanelSource left,
      PanelSource right,
      ProductTarget target,
      boolean accumulate) {
    Scratch own = workers.scratch();
    TileKernel kernel = own.tileKernel();
    ProductPlan plan = ProductPlan.of(m, n, depth, kernel.rows(), kernel.columns());
    float[] shared = null;
    if (plan.tilesAcross() > 1 && (long) roundUp(m, kernel.rows()) * depth <= MOST_SHARED) {
      shared = packShared(plan, kernel.rows(), left, own);
    }
    if (plan.splits() == 1) {
      run(plan, left, right, shared, target, accumulate);
      return;
    }
    float[] partial =
        own.floats(Scratch.Use.PARTIAL_PRODUCTS, Math.multiplyExact(plan.splits(), m * n));
    // Parts are numbered as images: part s goes to the s-th matrix of the buffer.
    ProductTarget parts = new ProductTarget(partial, 0, n, 1, n, 0, 1, m * n);
    run(plan, left, right, shared, parts, false);
    addParts(plan, partial, target, accumulate);
  }

  private float[] packShared(ProductPlan plan, int width, PanelSource left, Scratch own) {
    int depth = plan.depth();
    int panels = ceiling(plan.rows(), width);
    float[] shared = own.floats(Scratch.Use.SHARED_ROWS, panels * width * depth);
    int perTask = Math.max(1, PACKED_PER_TASK / (width * depth));
    workers.forEach(
        ceiling(panels, perTask),
        task -> {
          Scratch scratch = workers.scratch();
          int end = Math.min(panels, (task + 1) * perTask);
          for (int panel = task * perTask; panel < end; panel++) {
            int row = panel * width;
            int rows = Math.min(width, plan.rows() - row);
            left.pack(0, depth, row, rows, width, shared, row * depth, scratch);
          }
        });
    return shared;
  }

  private void run(
      ProductPlan plan,
      PanelSource left,
      PanelSource right,
      float[] shared,
      ProductTarget target,
      boolean accumulate) {
    int across = plan.tilesAcross();
    int down = plan.tilesDown();
    workers.forEach(
        plan.tasks(),
        task -> {
          int split = task / (across * down);
          int row = task / across % down * plan.tileRows();
          int column = task % across * plan.tileColumns();
          new TileTask(plan, left, right, shared, target, workers.scratch(), row, column)
              .run(split, accumulate);
        });
  }

  private void addParts(
      ProductPlan plan, float[] partial, ProductTarget target, boolean accumulate) {
    int n = plan.columns();
    int size = plan.rows() * n;
    int perTask = Math.max(1, PACKED_PER_TASK / (n * plan.splits()));
    workers.forEach(
        ceiling(plan.rows(), perTask),
        task -> {
          int row = task * perTask;
          int rows = Math.min(perTask, plan.rows() - row);
          for (int s = 1; s < plan.splits(); s++) {
            loops.add(partial, row * n, partial, s * size + row * n, partial, row * n, rows * n);
          }
          target.store(partial, row * n, n, row, rows, 0, n, accumulate);
        });
  }
}
