package org.neuralharmonizer.cuda;

import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Contraction.Reading;

/**
 * Matrix products m × k by k × n, row-major, one after another in memory.
 *
 * @param batches how many
 * @param left how the left operand is stored: m × k, or k × m if transposed
 * @param right how the right operand is stored: k × n, or n × k if transposed
 */
record MatrixProduct(
    int batches, int m, int n, int k, Reading left, Reading right, ProductPrecision precision) {

  /** Multiplications and additions; fewer take microseconds, mostly to start. */
  private static final long MANY_OPERATIONS = 50_000_000;

  /** Whether there is so much to do that it pays to look for the fastest algorithm. */
  boolean isLarge() {
    return 2L * batches * m * n * k >= MANY_OPERATIONS;
  }
}
