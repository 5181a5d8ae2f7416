package org.neuralharmonizer.expr;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * One operation of the inventory: its attributes, its shape rule and its derivative, stated in
 * primitives again.
 *
 * <p>There are four kinds, because a derivative is stated differently for each: a smooth function
 * by its slope, a linear and a bilinear one by its transposes, a discrete one not at all. The
 * permits lists below are the inventory that every backend serves; whatever is missing from them is
 * a composition in {@link Functions}.
 */
public sealed interface Primitive {

  /** The word for this operation in the inventory. */
  Code code();

  /**
   * The shape of the result.
   *
   * @throws ShapeException naming the operation and its operands if they do not fit
   */
  Shape shape(List<Shape> inputs);

  /** A place where values enter; it has no inputs of its own. */
  sealed interface Leaf extends Primitive permits Leaves.Input, Leaves.Literal, Leaves.Constant {}

  /** An elementwise function y = h(x) with derivative h′. */
  sealed interface Smooth extends Primitive
      permits Elementwise.Exp,
          Elementwise.Log,
          Elementwise.Sqrt,
          Elementwise.Reciprocal,
          Elementwise.Tanh,
          Elementwise.Erf,
          Elementwise.Power {

    /** The derivative h′ at the operand of {@code result}, elementwise, in that operand's shape. */
    Expr slope(Expr result);

    @Override
    default Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }
  }

  /**
   * A function linear in its inputs jointly, but for those that only steer it (an index, a mask).
   */
  sealed interface Linear extends Primitive
      permits Arithmetic.Add,
          Arithmetic.Scale,
          Arithmetic.Select,
          Reduction.Sum,
          Reduction.ShareSum,
          Movement.Broadcast,
          Movement.Reshape,
          Movement.Permute,
          Movement.Pad,
          Movement.Slice,
          Movement.Concat,
          Movement.GatherRows,
          Movement.ScatterRows,
          Windowing.WindowSum,
          Windowing.WindowSpread,
          Windowing.GatherWindow,
          Windowing.ScatterWindow {

    /** Whether the result depends linearly on this input, rather than being steered by it. */
    default boolean linearIn(int input) {
      return true;
    }

    /** The cotangent of one linear input, given the cotangent of the result. */
    Expr transpose(int input, Expr result, Expr cotangent);

    /**
     * The tangent of {@code result}. An absent tangent (null) stands for zero; at least one is
     * present.
     */
    default Expr tangent(Expr result, List<@Nullable Expr> tangents) {
      return Expr.of(this, Tangents.filled(this, result, tangents));
    }
  }

  /** A function linear in each of its two inputs. */
  sealed interface Bilinear extends Primitive
      permits Arithmetic.Multiply,
          Contraction.MatMul,
          Convolution.Conv2d,
          Convolution.Conv2dInput,
          Convolution.Conv2dFilter {

    /** The cotangent of one input, given the cotangent of the result. */
    Expr transpose(int input, Expr result, Expr cotangent);
  }

  /** A piecewise constant function, or one declared so: its derivative is zero. */
  sealed interface Discrete extends Primitive
      permits Comparison.Step,
          Comparison.Sign,
          Comparison.Greater,
          Comparison.Equal,
          Comparison.ArgMax,
          Comparison.Detach,
          Windowing.ArgMaxWindow {}
}
