package org.neuralharmonizer.cuda;

import java.util.List;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Contraction.Reading;

/**
 * Matrix products m × k by k × n, row-major, one after another in memory.
 *
 * @param batches how many
 * @param left how the left operand is stored: m × k, or k × m if transposed
 * @param right how the right operand is stored: k × n, or n × k if transposed
 * @param precision of products, if the operands are in {@link Format#SINGLE}
 * @param operands their format
 * @param result its format: narrow only if the operands are
 */
record MatrixProduct(
    int batches,
    int m,
    int n,
    int k,
    Reading left,
    Reading right,
    ProductPrecision precision,
    Format operands,
    Format result) {

  /** Multiplications and additions; fewer take microseconds, mostly to start. */
  private static final long MANY_OPERATIONS = 50_000_000;

  /** In single precision. */
  MatrixProduct(
      int batches, int m, int n, int k, Reading left, Reading right, ProductPrecision precision) {
    this(batches, m, n, k, left, right, precision, Format.SINGLE, Format.SINGLE);
  }

  /** Whether there is so much to do that it pays to look for the fastest algorithm. */
  boolean isLarge() {
    return 2L * batches * m * n * k >= MANY_OPERATIONS;
  }

  /**
   * This product of operands in any formats: of two that differ, the smaller one is converted.
   *
   * @param taken bytes of scratch that others use
   */
  List<Work> works(Location a, Location b, Location c, long taken) {
    int size = batches * m * n;
    int leftSize = batches * m * k;
    int rightSize = batches * k * n;
    Format format = leftSize >= rightSize ? a.format() : b.format();
    SameFormat call = new SameFormat(format, taken);
    Location first = call.operand(a, leftSize);
    Location second = call.operand(b, rightSize);
    Location target = format == Format.SINGLE ? call.result(c, size) : c;
    MatrixProduct product =
        new MatrixProduct(batches, m, n, k, left, right, precision, format, target.format());
    return call.around(new Work.Product(product, first, second, target, call.taken()));
  }
}
