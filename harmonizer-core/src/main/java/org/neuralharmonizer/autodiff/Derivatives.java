package org.neuralharmonizer.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Derivatives from graph to graph. Results are expressions like any others, so differentiating them
 * again gives the next order.
 *
 * <p>Only the forward derivative is defined case by case, one line per kind of primitive. The
 * reverse derivative follows: the tangent of y is a linear graph over the tangents of x, and a
 * cotangent travels through its transpose. Nothing stands for a zero: an expression that does not
 * depend on x simply has no tangent.
 *
 * @see <a href="https://arxiv.org/abs/2204.10923">Radul, Paszke, Frostig, Johnson, Maclaurin: You
 *     only linearize once</a>
 */
public final class Derivatives {
  private Derivatives() {}

  /** A value and its gradients. */
  public record ValueAndGrad(Expr value, List<Expr> gradients) {}

  /**
   * The forward derivative: the change of {@code y} when each x moves along its tangent.
   *
   * @return an expression in the shape of y; zeros if y does not depend on any x
   */
  public static Expr jvp(Expr y, List<Expr> x, List<Expr> tangents) {
    Expr tangent = tangent(y, x, tangents);
    return tangent == null ? Expr.zeros(y.shape()) : tangent;
  }

  /**
   * The reverse derivative: the gradients by each x of the sum of {@code y · cotangent}.
   *
   * @return one expression per x, in its shape; zeros where y does not depend on it
   */
  public static List<Expr> vjp(Expr y, List<Expr> x, Expr cotangent) {
    if (!cotangent.shape().equals(y.shape())) {
      throw new ShapeException(
          "vjp: the cotangent has shape " + cotangent.shape() + ", the result " + y.shape());
    }
    List<Expr> directions = new ArrayList<>();
    for (Expr each : x) {
      directions.add(Expr.input("tangent", each.shape()));
    }
    Expr tangent = tangent(y, x, directions);
    Map<Expr, Expr> cotangents =
        tangent == null ? Map.of() : transpose(tangent, directions, cotangent);
    List<Expr> gradients = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      Expr gradient = cotangents.get(directions.get(i));
      gradients.add(gradient == null ? Expr.zeros(x.get(i).shape()) : gradient);
    }
    return gradients;
  }

  /**
   * The gradients of a scalar.
   *
   * @throws ShapeException if y is not a scalar
   */
  public static List<Expr> grad(Expr y, List<Expr> x) {
    if (y.shape().size() != 1) {
      throw new ShapeException(
          "grad: the function has shape "
              + y.shape()
              + ", not one value — sum it, or use vjp with a cotangent");
    }
    return vjp(y, x, Expr.filled(y.shape(), 1));
  }

  /** The gradient of a scalar by one expression. */
  public static Expr grad(Expr y, Expr x) {
    return grad(y, List.of(x)).get(0);
  }

  /** A scalar with its gradients. */
  public static ValueAndGrad valueAndGrad(Expr y, List<Expr> x) {
    return new ValueAndGrad(y, grad(y, x));
  }

  /** The product of the Hessian of a scalar with one direction per x, forward over reverse. */
  public static List<Expr> hvp(Expr y, List<Expr> x, List<Expr> directions) {
    List<Expr> products = new ArrayList<>();
    for (Expr gradient : grad(y, x)) {
      products.add(jvp(gradient, x, directions));
    }
    return products;
  }

  private static @Nullable Expr tangent(Expr y, List<Expr> x, List<Expr> tangents) {
    Map<Expr, Expr> known = new IdentityHashMap<>();
    for (int i = 0; i < x.size(); i++) {
      if (!tangents.get(i).shape().equals(x.get(i).shape())) {
        throw new ShapeException(
            "jvp: tangent %d has shape %s, its variable %s"
                .formatted(i, tangents.get(i).shape(), x.get(i).shape()));
      }
      known.merge(x.get(i), tangents.get(i), Expr::plus);
    }
    for (Expr expr : Graph.ordered(List.of(y))) {
      if (!known.containsKey(expr)) {
        List<@Nullable Expr> moving = new ArrayList<>();
        for (Expr input : expr.inputs()) {
          moving.add(known.get(input));
        }
        Expr tangent = push(expr, moving);
        if (tangent != null) {
          known.put(expr, tangent);
        }
      }
    }
    return known.get(y);
  }

  /** The tangent of one expression, given those of its inputs. */
  private static @Nullable Expr push(Expr expr, List<@Nullable Expr> moving) {
    Primitive primitive = expr.primitive();
    if (primitive instanceof Primitive.Smooth smooth) {
      Expr tangent = moving.get(0);
      return tangent == null ? null : tangent.times(smooth.slope(expr));
    }
    if (primitive instanceof Primitive.Linear linear) {
      boolean still = true;
      for (int i = 0; i < moving.size(); i++) {
        still &= moving.get(i) == null || !linear.linearIn(i);
      }
      return still ? null : linear.tangent(expr, moving);
    }
    if (primitive instanceof Primitive.Bilinear) {
      Expr left = moving.get(0);
      Expr right = moving.get(1);
      Expr first = left == null ? null : Expr.of(primitive, left, expr.inputs().get(1));
      Expr second = right == null ? null : Expr.of(primitive, expr.inputs().get(0), right);
      return first == null || second == null
          ? (first == null ? second : first)
          : first.plus(second);
    }
    return null;
  }

  /** Cotangents of the directions, by a walk backwards through a graph linear in them. */
  private static Map<Expr, Expr> transpose(Expr tangent, List<Expr> directions, Expr cotangent) {
    List<Expr> order = Graph.ordered(List.of(tangent));
    Map<Expr, Boolean> linear = new IdentityHashMap<>();
    for (Expr direction : directions) {
      linear.put(direction, true);
    }
    for (Expr expr : order) {
      if (!linear.containsKey(expr)) {
        linear.put(expr, expr.inputs().stream().anyMatch(linear::get));
      }
    }
    Map<Expr, Expr> cotangents = new HashMap<>();
    cotangents.put(tangent, cotangent);
    for (int i = order.size() - 1; i >= 0; i--) {
      Expr expr = order.get(i);
      Expr received = cotangents.get(expr);
      if (received != null) {
        for (int input = 0; input < expr.inputs().size(); input++) {
          if (linear.get(expr.inputs().get(input))) {
            Expr passed = pull(expr, input, received);
            cotangents.merge(expr.inputs().get(input), passed, Expr::plus);
          }
        }
      }
    }
    return cotangents;
  }

  private static Expr pull(Expr expr, int input, Expr cotangent) {
    Primitive primitive = expr.primitive();
    if (primitive instanceof Primitive.Linear linear) {
      return linear.transpose(input, expr, cotangent);
    }
    if (primitive instanceof Primitive.Bilinear bilinear) {
      return bilinear.transpose(input, expr, cotangent);
    }
    throw new AssertionError(expr + " is not linear in a tangent: " + Arrays.asList(primitive));
  }
}
