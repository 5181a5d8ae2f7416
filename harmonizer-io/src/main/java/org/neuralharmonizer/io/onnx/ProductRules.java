package org.neuralharmonizer.io.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;

/** Products of matrices. */
final class ProductRules {
  private ProductRules() {}

  static final Map<String, Rule> RULES =
      Map.of(
          "MatMul", Rule.one(c -> product(c.x(0), c.x(1))), "Gemm", Rule.one(ProductRules::gemm));

  /** As NumPy multiplies: vectors get an axis and lose it again, outer axes repeat. */
  static Expr product(Expr a, Expr b) {
    boolean isRow = a.shape().rank() == 1;
    boolean isColumn = b.shape().rank() == 1;
    Expr left = isRow ? a.reshape(1, a.shape().size()) : a;
    Expr right = isColumn ? b.reshape(b.shape().size(), 1) : b;
    Expr product = matrices(left, right);
    if (isColumn) {
      product = Broadcasts.without(product, product.shape().rank() - 1);
    }
    return isRow
        ? Broadcasts.without(product, product.shape().rank() - (isColumn ? 1 : 2))
        : product;
  }

  private static Expr matrices(Expr a, Expr b) {
    if (b.shape().rank() == 2) {
      // One matrix for the whole batch is one product.
      int depth = a.shape().extent(-1);
      Expr rows = a.reshape(depth == 0 ? 0 : a.shape().size() / depth, depth);
      return rows.matmul(b).reshape(a.shape().with(-1, b.shape().extent(1)));
    }
    Shape outer = Broadcasts.common(List.of(outer(a), outer(b)));
    return repeated(a, outer).matmul(repeated(b, outer));
  }

  private static Shape outer(Expr x) {
    int[] extents = x.shape().extents();
    return Shape.of(Arrays.copyOf(extents, extents.length - 2));
  }

  private static Expr repeated(Expr x, Shape outer) {
    int[] extents = Arrays.copyOf(outer.extents(), outer.rank() + 2);
    extents[outer.rank()] = x.shape().extent(-2);
    extents[outer.rank() + 1] = x.shape().extent(-1);
    return x.broadcastTo(Shape.of(extents));
  }

  private static Expr gemm(Call call) {
    OnnxNode node = call.node();
    Expr a = node.flag("transA") ? call.x(0).permute(1, 0) : call.x(0);
    Expr b = call.x(1);
    Expr product = node.flag("transB") ? a.matmulTransposed(b) : a.matmul(b);
    product = product.times(node.number("alpha", 1));
    return call.has(2) ? product.plus(call.x(2).times(node.number("beta", 1))) : product;
  }
}
