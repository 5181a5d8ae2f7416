package org.neuralharmonizer.io.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.tensor.Shape;

/**
 * One network built for two batches of different size. Their expressions correspond one to one;
 * extents in which they differ are multiples of the batch.
 */
final class Twins {
  private static final int FEWER = 2;
  private static final int MORE = 3;

  private final Built built;
  private final List<Expr> order;
  private final Map<Expr, Expr> larger = new HashMap<>();

  /** A network's expression and what it starts from. */
  record Built(Expr images, Expr logits, List<Parameter> parameters) {}

  private Twins(Built fewer, Built more) {
    this.built = fewer;
    this.order = Graph.ordered(List.of(fewer.logits()));
    List<Expr> other = Graph.ordered(List.of(more.logits()));
    if (order.size() != other.size()) {
      throw new IllegalArgumentException(
          "onnx: the network computes something else for another number of images");
    }
    for (int i = 0; i < order.size(); i++) {
      larger.put(order.get(i), other.get(i));
    }
  }

  static Twins of(Function<Expr, Built> network, Shape image) {
    return new Twins(
        network.apply(Expr.input("images", image.within(FEWER))),
        network.apply(Expr.input("images", image.within(MORE))));
  }

  Built built() {
    return built;
  }

  /** Every expression after those it depends on. */
  List<Expr> order() {
    return order;
  }

  /** The one of the larger batch. */
  Expr larger(Expr expr) {
    return larger.get(expr);
  }

  /**
   * For each axis how many times the batch it has, 0 where it does not depend on it.
   *
   * @throws IllegalArgumentException if an extent depends on the batch otherwise
   */
  int[] batches(Expr expr) {
    Shape fewer = expr.shape();
    Shape more = larger(expr).shape();
    int[] batches = new int[fewer.rank()];
    for (int axis = 0; axis < batches.length; axis++) {
      int a = fewer.extent(axis);
      int b = more.extent(axis);
      if (a != b) {
        if (a % FEWER != 0 || (long) a * MORE != (long) b * FEWER) {
          throw new IllegalArgumentException(
              "onnx: %s has an extent that is no multiple of the batch".formatted(expr));
        }
        batches[axis] = a / FEWER;
      }
    }
    return batches;
  }
}
