package org.neuralharmonizer.expr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A value that will be computed: a primitive applied to other expressions. Nothing is calculated
 * when an expression is built, but its shape is known and checked at once, so that a mistake is
 * reported on the line that made it.
 *
 * <p>Immutable and compared by identity; equal sub-expressions are shared when a program is
 * compiled. The methods here are the arithmetic everything else is written in: binary ones repeat
 * operands along missing axes as NumPy does. Larger compositions are in {@link Functions}.
 */
public final class Expr {
  private final Primitive primitive;
  private final List<Expr> inputs;
  private final Shape shape;

  private Expr(Primitive primitive, List<Expr> inputs) {
    this.primitive = primitive;
    this.inputs = List.copyOf(inputs);
    List<Shape> shapes = new ArrayList<>(inputs.size());
    for (Expr input : inputs) {
      shapes.add(input.shape);
    }
    this.shape = primitive.shape(shapes);
  }

  /**
   * A primitive applied to operands.
   *
   * @throws ShapeException if the operands do not fit
   */
  public static Expr of(Primitive primitive, Expr... operands) {
    return new Expr(primitive, Arrays.asList(operands));
  }

  /**
   * A primitive applied to operands.
   *
   * @throws ShapeException if the operands do not fit
   */
  public static Expr of(Primitive primitive, List<Expr> operands) {
    return new Expr(primitive, operands);
  }

  /** A value supplied when the program runs, or a variable that the program keeps. */
  public static Expr input(String name, Shape shape) {
    return of(new Leaves.Input(name, shape));
  }

  /** An array known now. */
  public static Expr constant(Tensor value) {
    return of(new Leaves.Constant(value));
  }

  /** A number known now, a scalar. */
  public static Expr literal(double value) {
    return of(new Leaves.Literal(value));
  }

  /** A number repeated to a shape. */
  public static Expr filled(Shape shape, double value) {
    return literal(value).broadcastTo(shape);
  }

  /** Zeros, repeated from a literal: they cost no memory traffic where they are used. */
  public static Expr zeros(Shape shape) {
    return filled(shape, 0);
  }

  public Primitive primitive() {
    return primitive;
  }

  public List<Expr> inputs() {
    return inputs;
  }

  public Shape shape() {
    return shape;
  }

  /** a + b. */
  public Expr plus(Expr other) {
    return binary(new Arithmetic.Add(), this, other);
  }

  /** a + a number. */
  public Expr plus(double number) {
    return number == 0 ? this : plus(literal(number));
  }

  /** a − b. */
  public Expr minus(Expr other) {
    return plus(other.negated());
  }

  /** a − a number. */
  public Expr minus(double number) {
    return plus(-number);
  }

  /** a · b, element by element. */
  public Expr times(Expr other) {
    return binary(new Arithmetic.Multiply(), this, other);
  }

  /** a times a number. */
  public Expr times(double factor) {
    return factor == 1 ? this : of(new Arithmetic.Scale(factor), this);
  }

  /** −a. */
  public Expr negated() {
    return times(-1);
  }

  /** a / b, element by element, as a · (1 / b). */
  public Expr dividedBy(Expr other) {
    return times(other.reciprocal());
  }

  /** a². */
  public Expr squared() {
    return times(this);
  }

  /** 1 / a. */
  public Expr reciprocal() {
    return of(new Elementwise.Reciprocal(), this);
  }

  /** √a. */
  public Expr sqrt() {
    return of(new Elementwise.Sqrt(), this);
  }

  /** exp a. */
  public Expr exp() {
    return of(new Elementwise.Exp(), this);
  }

  /** Natural logarithm of a. */
  public Expr log() {
    return of(new Elementwise.Log(), this);
  }

  /** tanh a. */
  public Expr tanh() {
    return of(new Elementwise.Tanh(), this);
  }

  /** erf a. */
  public Expr erf() {
    return of(new Elementwise.Erf(), this);
  }

  /** a raised to a fixed exponent. */
  public Expr power(double exponent) {
    if (exponent == 0) {
      return filled(shape, 1);
    }
    return exponent == 1 ? this : of(new Elementwise.Power(exponent), this);
  }

  /** 1 where a &gt; 0, else 0. */
  public Expr step() {
    return of(new Comparison.Step(), this);
  }

  /** −1, 0 or 1. */
  public Expr sign() {
    return of(new Comparison.Sign(), this);
  }

  /** 1 where a &gt; b, else 0. */
  public Expr greater(Expr other) {
    return binary(new Comparison.Greater(), this, other);
  }

  /** This value, a constant to every derivative. */
  public Expr detached() {
    return of(new Comparison.Detach(), this);
  }

  /**
   * The sum over axes, which disappear; no axes given means all. Negative axes count from within.
   */
  public Expr sum(int... axes) {
    Reduction.Sum sum = summing(axes);
    return sum.axes().isEmpty() ? this : of(sum, this);
  }

  /** The sum over axes, which stay with extent 1. */
  public Expr sumKeeping(int... axes) {
    Reduction.Sum sum = summing(axes);
    return sum.axes().isEmpty() ? this : of(sum, this).reshape(sum.keeping(shape));
  }

  /** The mean over axes, which disappear; no axes given means all. */
  public Expr mean(int... axes) {
    return meanOf(sum(axes));
  }

  /** The mean over axes, which stay with extent 1. */
  public Expr meanKeeping(int... axes) {
    return meanOf(sumKeeping(axes));
  }

  /** Repeated to a larger shape, as NumPy does. */
  public Expr broadcastTo(Shape target) {
    return shape.equals(target) ? this : of(new Movement.Broadcast(target), this);
  }

  /** The same elements under another shape. */
  public Expr reshape(Shape target) {
    return shape.equals(target) ? this : of(new Movement.Reshape(target), this);
  }

  /** The same elements under another shape. */
  public Expr reshape(int... extents) {
    return reshape(Shape.of(extents));
  }

  /** Axes in another order: axis i of the result is axis order[i] of this. */
  public Expr permute(int... order) {
    List<Integer> axes = Arrays.stream(order).boxed().toList();
    return axes.equals(Movement.Permute.identity(shape.rank()))
        ? this
        : of(new Movement.Permute(axes), this);
  }

  /** The elements at given positions, one span per axis. */
  public Expr slice(Span... spans) {
    return of(new Movement.Slice(List.of(spans)), this);
  }

  /** The product of matrices … × m × k and … × k × n. */
  public Expr matmul(Expr other) {
    return of(
        new Contraction.MatMul(Contraction.Reading.AS_STORED, Contraction.Reading.AS_STORED),
        this,
        other);
  }

  /** The product of … × m × k and the transpose of … × n × k. */
  public Expr matmulTransposed(Expr other) {
    return of(
        new Contraction.MatMul(Contraction.Reading.AS_STORED, Contraction.Reading.TRANSPOSED),
        this,
        other);
  }

  /** The operation and the shape, such as {@code conv2d [8, 16, 32, 32]}. */
  @Override
  public String toString() {
    if (primitive instanceof Leaves.Input input) {
      return "input \"" + input.name() + "\" " + shape;
    }
    return primitive.code().word() + " " + shape;
  }

  private Reduction.Sum summing(int... axes) {
    if (axes.length == 0) {
      return new Reduction.Sum(Movement.Permute.identity(shape.rank()));
    }
    return new Reduction.Sum(Arrays.stream(axes).map(shape::axis).sorted().boxed().toList());
  }

  private Expr meanOf(Expr sum) {
    return sum.times((double) sum.shape.size() / shape.size());
  }

  private static Expr binary(Primitive primitive, Expr a, Expr b) {
    Shape common = common(primitive, a.shape, b.shape);
    return of(primitive, a.broadcastTo(common), b.broadcastTo(common));
  }

  private static Shape common(Primitive primitive, Shape a, Shape b) {
    Shape longer = a.rank() >= b.rank() ? a : b;
    Shape shorter = a.rank() >= b.rank() ? b : a;
    int[] extents = longer.extents();
    for (int axis = 1; axis <= shorter.rank(); axis++) {
      int place = extents.length - axis;
      int extent = shorter.extent(-axis);
      if (extents[place] == 1) {
        extents[place] = extent;
      } else if (extent != 1 && extent != extents[place]) {
        throw new ShapeException(
            primitive.code().word()
                + ": shapes "
                + a
                + " and "
                + b
                + " do not match — axes must agree or be 1, counted from the innermost");
      }
    }
    return Shape.of(extents);
  }
}
