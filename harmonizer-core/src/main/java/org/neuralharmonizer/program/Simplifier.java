package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.Elementwise;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.tensor.Shape;

/**
 * Rebuilds a graph with every value computed once: equal sub-expressions are shared (the operands
 * of sums and products in either order), numbers are folded in double precision, and operations
 * that change nothing disappear. What no root needs is never visited.
 *
 * <p>A product with the literal 0 becomes 0 even where the other factor could be infinite or NaN:
 * such literals stem from derivatives that vanish identically.
 */
final class Simplifier {
  private final Map<Expr, Expr> rebuilt = new IdentityHashMap<>();
  private final Map<Key, Expr> shared = new HashMap<>();
  private final Map<Expr, Integer> numbers = new IdentityHashMap<>();

  /** How often expressions are used before they are simplified. */
  private final Map<Expr, Integer> uses = new IdentityHashMap<>();

  private final Fusion fusion;

  Simplifier(Fusion fusion) {
    this.fusion = fusion;
  }

  private record Key(Primitive primitive, List<Integer> operands) {}

  /** The simplified form of expressions, in their order; inputs stay the same objects. */
  List<Expr> simplify(Collection<Expr> roots) {
    List<Expr> order = Graph.ordered(roots);
    for (Expr expr : order) {
      expr.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
    }
    roots.forEach(root -> uses.merge(root, 1, Integer::sum));
    for (Expr expr : order) {
      List<Expr> inputs = new ArrayList<>(expr.inputs().size());
      for (Expr input : expr.inputs()) {
        inputs.add(simplified(input));
      }
      rebuilt.put(expr, rule(expr, inputs));
    }
    return roots.stream().map(this::simplified).toList();
  }

  /** The simplified form of an expression met before. */
  Expr simplified(Expr expr) {
    Expr known = rebuilt.get(expr);
    if (known == null) {
      throw new IllegalStateException(expr + " was not simplified");
    }
    return known;
  }

  private Expr rule(Expr expr, List<Expr> inputs) {
    Primitive primitive = expr.primitive();
    if (primitive instanceof Leaves.Input) {
      numbers.putIfAbsent(expr, numbers.size());
      return expr;
    }
    if (primitive instanceof Comparison.Detach) {
      return inputs.get(0);
    }
    Expr folded = foldNumbers(primitive, inputs, expr.shape());
    if (folded != null) {
      return folded;
    }
    return switch (primitive.code()) {
      case ADD -> add(inputs.get(0), inputs.get(1));
      case MULTIPLY -> multiply(inputs.get(0), inputs.get(1));
      case SCALE -> scale(inputs.get(0), ((Arithmetic.Scale) primitive).factor());
      case RESHAPE -> {
        Expr before = uses.get(expr.inputs().get(0)) == 1 ? reshapedBefore(expr, inputs) : null;
        yield before == null ? reshape(inputs.get(0), expr.shape()) : before;
      }
      case BROADCAST -> broadcast(inputs.get(0), expr.shape());
      case PERMUTE -> permute(inputs.get(0), ((Movement.Permute) primitive).order());
      case SUM -> sum(inputs.get(0), (Reduction.Sum) primitive, expr.shape());
      case MATMUL -> matmul((Contraction.MatMul) primitive, inputs, expr.shape());
      default -> share(primitive, inputs);
    };
  }

  /**
   * A product of a column and a row is elementwise, and then fuses with what uses it: the gradient
   * of a large dense layer for one image need not be stored.
   */
  private Expr matmul(Contraction.MatMul matmul, List<Expr> inputs, Shape shape) {
    Expr a = inputs.get(0);
    Expr b = inputs.get(1);
    int depth = a.shape().extent(matmul.left() == Contraction.Reading.AS_STORED ? -1 : -2);
    if (depth != 1 || fusion == Fusion.NONE) {
      return share(matmul, inputs);
    }
    Expr column = broadcast(reshape(a, shape.with(-1, 1)), shape);
    Expr row = broadcast(reshape(b, shape.with(-2, 1)), shape);
    return multiply(column, row);
  }

  /** An operation on numbers repeated to a shape is a number repeated to a shape. */
  private @Nullable Expr foldNumbers(Primitive primitive, List<Expr> inputs, Shape shape) {
    if (primitive instanceof Primitive.Leaf) {
      return null;
    }
    double[] values = new double[inputs.size()];
    for (int i = 0; i < values.length; i++) {
      Double value = number(inputs.get(i));
      if (value == null) {
        return null;
      }
      values[i] = value;
    }
    Double result = Numbers.apply(primitive, values);
    return result == null ? null : filled(shape, result);
  }

  private Expr add(Expr a, Expr b) {
    Double left = number(a);
    Double right = number(b);
    if (left != null && left == 0) {
      return b;
    }
    if (right != null && right == 0) {
      return a;
    }
    Expr joined = joined(a, b);
    if (joined != null) {
      return joined;
    }
    // Exact in any precision, and often next to another factor.
    return a == b ? scale(a, 2) : commutative(new Arithmetic.Add(), a, b);
  }

  /**
   * What lies side by side among zeros, such as the gradients of the parts of a value that was cut
   * up, is one value among fewer zeros. Looks one sum deep.
   */
  private @Nullable Expr joined(Expr a, Expr b) {
    Expr pair = sideBySide(a, b);
    if (pair != null) {
      return pair;
    }
    for (Expr sum : List.of(a, b)) {
      Expr other = sum == a ? b : a;
      for (int i = 0; i < 2 && sum.primitive() instanceof Arithmetic.Add; i++) {
        Expr merged = sideBySide(sum.inputs().get(i), other);
        if (merged != null) {
          return add(merged, sum.inputs().get(1 - i));
        }
      }
    }
    return null;
  }

  private @Nullable Expr sideBySide(Expr a, Expr b) {
    if (!(a.primitive() instanceof Movement.Pad one && b.primitive() instanceof Movement.Pad two)) {
      return null;
    }
    int axis = -1;
    for (int i = 0; i < one.spans().size(); i++) {
      if (!one.spans().get(i).equals(two.spans().get(i))) {
        if (axis >= 0) {
          return null;
        }
        axis = i;
      }
    }
    if (axis < 0 || one.spans().get(axis).step() != 1 || two.spans().get(axis).step() != 1) {
      return null;
    }
    Span first = one.spans().get(axis);
    Span second = two.spans().get(axis);
    if (second.start() + second.count() == first.start()) {
      return sideBySide(b, a);
    }
    if (first.start() + first.count() != second.start()) {
      return null;
    }
    List<Span> spans = new ArrayList<>(one.spans());
    spans.set(axis, new Span(first.start(), 1, first.count() + second.count()));
    List<Expr> parts = new ArrayList<>(parts(a.inputs().get(0), axis));
    parts.addAll(parts(b.inputs().get(0), axis));
    return pad(share(new Movement.Concat(axis), parts), spans, one.target());
  }

  private static List<Expr> parts(Expr x, int axis) {
    boolean joined = x.primitive() instanceof Movement.Concat concat && concat.axis() == axis;
    return joined ? x.inputs() : List.of(x);
  }

  private Expr pad(Expr x, List<Span> spans, Shape target) {
    return x.shape().equals(target) ? x : share(new Movement.Pad(spans, target), List.of(x));
  }

  private Expr multiply(Expr a, Expr b) {
    Double left = number(a);
    Double right = number(b);
    if (left != null) {
      return scale(b, left);
    }
    return right != null ? scale(a, right) : commutative(new Arithmetic.Multiply(), a, b);
  }

  private Expr scale(Expr x, double factor) {
    if (factor == 1) {
      return x;
    }
    if (factor == 0) {
      return filled(x.shape(), 0);
    }
    if (x.primitive() instanceof Arithmetic.Scale inner) {
      return scale(x.inputs().get(0), inner.factor() * factor);
    }
    return share(new Arithmetic.Scale(factor), List.of(x));
  }

  private Expr reshape(Expr x, Shape shape) {
    if (x.primitive() instanceof Movement.Reshape) {
      return reshape(x.inputs().get(0), shape);
    }
    return x.shape().equals(shape) ? x : share(new Movement.Reshape(shape), List.of(x));
  }

  /**
   * The reshape of what a bias is added to, instead of that of the sum, which then can be fused
   * with elementwise operations on the new shape.
   */
  private @Nullable Expr reshapedBefore(Expr expr, List<Expr> inputs) {
    Expr sum = inputs.get(0);
    if (fusion == Fusion.NONE || !(sum.primitive() instanceof Arithmetic.Add)) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      Expr bias = sum.inputs().get(i);
      Expr x = sum.inputs().get(1 - i);
      boolean isFirst = !Grouping.elementwise(x) && x.primitive().code() != Code.BROADCAST;
      if (isFirst && bias.primitive().code() == Code.BROADCAST) {
        Shape inner = commonInner(bias, expr.shape());
        return inner == null
            ? null
            : add(
                reshape(x, expr.shape()),
                broadcast(reshape(bias.inputs().get(0), inner), expr.shape()));
      }
    }
    return null;
  }

  /** The innermost axes of both shapes, if what is repeated extends along them alone. */
  private static @Nullable Shape commonInner(Expr broadcast, Shape other) {
    Shape from = broadcast.inputs().get(0).shape();
    Shape whole = broadcast.shape();
    int common = 0;
    while (common < Math.min(whole.rank(), other.rank())
        && whole.extent(-1 - common) == other.extent(-1 - common)) {
      common++;
    }
    int[] inner = new int[Math.min(common, from.rank())];
    for (int axis = 0; axis < from.rank(); axis++) {
      int extent = from.extent(-1 - axis);
      if (axis < inner.length) {
        inner[inner.length - 1 - axis] = extent;
      } else if (extent > 1) {
        return null;
      }
    }
    return Shape.of(inner);
  }

  private Expr broadcast(Expr x, Shape shape) {
    if (x.primitive() instanceof Movement.Broadcast) {
      return broadcast(x.inputs().get(0), shape);
    }
    if (x.shape().size() == shape.size()) {
      return reshape(x, shape);
    }
    return share(new Movement.Broadcast(shape), List.of(x));
  }

  private Expr permute(Expr x, List<Integer> order) {
    if (x.primitive() instanceof Movement.Permute inner) {
      return permute(x.inputs().get(0), order.stream().map(inner.order()::get).toList());
    }
    boolean identity = true;
    for (int axis = 0; axis < order.size(); axis++) {
      identity &= order.get(axis) == axis;
    }
    return identity ? x : share(new Movement.Permute(order), List.of(x));
  }

  /** Axes of extent 1 need no summing; neither do axes along which a value only repeats. */
  private Expr sum(Expr x, Reduction.Sum sum, Shape shape) {
    if (x.shape().size() == shape.size()) {
      return reshape(x, shape);
    }
    boolean isOfMany = shape.size() == 1 && x.shape().rank() > 1 && x.shape().extent(0) > 1;
    if (isOfMany && TerminalSum.isLong(x.shape().inner().size())) {
      return reshape(sumOfSums(x), shape);
    }
    return share(sum, List.of(x));
  }

  /** The sums of the outermost axis first: what computes the terms can then run image by image. */
  private Expr sumOfSums(Expr x) {
    List<Integer> inner = IntStream.range(1, x.shape().rank()).boxed().toList();
    return share(
        new Reduction.Sum(List.of(0)), List.of(share(new Reduction.Sum(inner), List.of(x))));
  }

  private Expr commutative(Primitive primitive, Expr a, Expr b) {
    return numbers.get(a) <= numbers.get(b)
        ? share(primitive, List.of(a, b))
        : share(primitive, List.of(b, a));
  }

  private Expr filled(Shape shape, double value) {
    Expr literal = share(new Leaves.Literal(value), List.of());
    return shape.equals(Shape.SCALAR)
        ? literal
        : share(new Movement.Broadcast(shape), List.of(literal));
  }

  private Expr share(Primitive primitive, List<Expr> inputs) {
    Key key = new Key(primitive, inputs.stream().map(numbers::get).toList());
    Expr known = shared.get(key);
    if (known == null) {
      known = Expr.of(primitive, inputs);
      shared.put(key, known);
      numbers.put(known, numbers.size());
    }
    return known;
  }

  /** The number that an expression repeats, or null if it is not a repeated literal. */
  static @Nullable Double number(Expr expr) {
    if (expr.primitive() instanceof Leaves.Literal literal) {
      return literal.value();
    }
    if (expr.primitive().code() == Code.BROADCAST
        && expr.inputs().get(0).primitive() instanceof Leaves.Literal literal) {
      return literal.value();
    }
    return null;
  }

  /** Arithmetic on numbers, as the primitives define it. */
  private static final class Numbers {
    static @Nullable Double apply(Primitive primitive, double[] x) {
      return switch (primitive.code()) {
        case EXP -> Math.exp(x[0]);
        case LOG -> Math.log(x[0]);
        case SQRT -> Math.sqrt(x[0]);
        case RECIPROCAL -> 1 / x[0];
        case TANH -> Math.tanh(x[0]);
        case POWER -> Math.pow(x[0], ((Elementwise.Power) primitive).exponent());
        case ADD -> x[0] + x[1];
        case MULTIPLY -> x[0] * x[1];
        case SCALE -> x[0] * ((Arithmetic.Scale) primitive).factor();
        case SELECT -> x[0] != 0 ? x[1] : x[2];
        case STEP -> x[0] > 0 ? 1.0 : 0.0;
        case SIGN -> Math.signum(x[0]);
        case GREATER -> x[0] > x[1] ? 1.0 : 0.0;
        case EQUAL -> x[0] == x[1] ? 1.0 : 0.0;
        case BROADCAST, RESHAPE, PERMUTE, SLICE, GATHER_ROWS, DETACH -> x[0];
        default -> null;
      };
    }
  }
}
