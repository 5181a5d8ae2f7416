package org.neuralharmonizer.testing;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.expr.Contraction.MatMul;
import org.neuralharmonizer.expr.Contraction.Reading;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;

/** Matrix products in all four readings. */
final class ProductCases {
  /** Sums of up to 700 products, rounded at 6e-8 each and partly averaged out. */
  private static final double OF_PRODUCTS = 3e-6;

  private ProductCases() {}

  static List<ConformanceCase> all() {
    List<ConformanceCase> cases = new ArrayList<>();
    for (Reading left : Reading.values()) {
      for (Reading right : Reading.values()) {
        cases.add(products(left, right));
      }
    }
    return cases;
  }

  private static ConformanceCase products(Reading left, Reading right) {
    ConformanceCase each = new ConformanceCase("matmul, %s by %s".formatted(left, right));
    MatMul product = new MatMul(left, right);
    SeededRandom random = each.random();
    for (int trial = 0; trial < 24; trial++) {
      add(each, product, Shape.of(), extent(random), extent(random), extent(random));
    }
    int[][] sizes = {
      {1, 1, 1},
      {1, 700, 1},
      {1, 64, 70},
      {70, 64, 1},
      {2, 300, 65},
      {65, 300, 2},
      {2, 1, 2},
      {64, 64, 64},
      {65, 33, 127}
    };
    for (int[] size : sizes) {
      add(each, product, Shape.of(), size[0], size[1], size[2]);
      add(each, product, Shape.of(3), size[0], size[1], size[2]);
    }
    add(each, product, Shape.of(2, 3), 5, 17, 9);
    add(each, product, Shape.of(1, 1), 17, 5, 33);
    add(each, product, Shape.of(40), 4, 8, 4);
    Expr x = each.gaussian(4, 19, 19);
    each.near(OF_PRODUCTS, "matmul by itself", Expr.of(product, x, x));
    return each;
  }

  private static int extent(SeededRandom random) {
    return 1 + random.nextInt(70);
  }

  private static void add(ConformanceCase each, MatMul product, Shape batch, int m, int k, int n) {
    Expr a = each.gaussian(matrices(batch, m, k, product.left()));
    Expr b = each.gaussian(matrices(batch, k, n, product.right()));
    each.near(
        OF_PRODUCTS, "%s: %d × %d by %d × %d".formatted(batch, m, k, k, n), Expr.of(product, a, b));
  }

  private static int[] matrices(Shape batch, int rows, int columns, Reading reading) {
    int[] extents = new int[batch.rank() + 2];
    System.arraycopy(batch.extents(), 0, extents, 0, batch.rank());
    extents[batch.rank()] = reading == Reading.AS_STORED ? rows : columns;
    extents[batch.rank() + 1] = reading == Reading.AS_STORED ? columns : rows;
    return extents;
  }
}
