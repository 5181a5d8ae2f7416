package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;

import java.util.function.IntConsumer;

/**
 * Matrix products in float: operands are packed into panels that fit the caches, a {@link
 * TileKernel} multiplies panel by panel.
 *
 * <p>The order of each sum depends on the sizes only. Overflow, infinities and NaN spread as in the
 * plain triple loop.
 */
final class Gemm {

  /** Packing pays only when each packed element is used a few times. */
  private static final int THIN = 4;

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
  Kernel multiply(
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
      return thin.multiply(m, n, depth, left, right, c, co, ldc);
    }
    if (n == 1 && ldc == 1 && !accumulate) {
      return thin.multiply(1, m, depth, right, left, c, co, m);
    }
    return multiply(m, n, depth, left, right, ProductTarget.matrix(c, co, n, ldc), accumulate);
  }

  /**
   * The same for many matrices, each operand advancing by its step; a step of 0 uses one matrix for
   * all.
   */
  Kernel multiplyAll(
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
    Kernel[] products = new Kernel[batches];
    for (int batch = 0; batch < batches; batch++) {
      products[batch] =
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
    double work = (double) m * n * depth;
    // A few products of their own fill the team better than tasks within each.
    int perTask = (int) Math.max(1, Math.min(batches, (1 << 19) / Math.max(1, work)));
    int tasks = ceiling(batches, perTask);
    if (tasks < 4 && work > 1 << 22) {
      return Kernel.sequence(products);
    }
    IntConsumer share =
        task -> {
          int end = Math.min(batches, (task + 1) * perTask);
          for (int batch = task * perTask; batch < end; batch++) {
            products[batch].run();
          }
        };
    return () -> workers.forEach(tasks, share);
  }

  /** The product of operands that know how to pack themselves. */
  Kernel multiply(
      int m,
      int n,
      int depth,
      PanelSource left,
      PanelSource right,
      ProductTarget target,
      boolean accumulate) {
    return new Product(m, n, depth, left, right, target, accumulate, workers, loops);
  }
}
