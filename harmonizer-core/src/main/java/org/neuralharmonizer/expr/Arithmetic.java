package org.neuralharmonizer.expr;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** Sums, products and choices, element by element; operands have one shape. */
public final class Arithmetic {
  private Arithmetic() {}

  /** a + b. */
  public record Add() implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.ADD;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return common(code(), inputs);
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return cotangent;
    }

    @Override
    public Expr tangent(Expr result, List<@Nullable Expr> tangents) {
      Expr left = tangents.get(0);
      Expr right = tangents.get(1);
      if (left == null || right == null) {
        return Objects.requireNonNull(left == null ? right : left);
      }
      return left.plus(right);
    }
  }

  /** x times a number. */
  public record Scale(double factor) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.SCALE;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return cotangent.times(factor);
    }
  }

  /** a · b. */
  public record Multiply() implements Primitive.Bilinear {
    @Override
    public Code code() {
      return Code.MULTIPLY;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return common(code(), inputs);
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return cotangent.times(result.inputs().get(1 - input));
    }
  }

  /**
   * The second operand where the first is not 0, else the third. Unlike a product with a mask it
   * never mixes the two, so NaN in the operand not chosen does no harm.
   */
  public record Select() implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.SELECT;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return common(code(), inputs);
    }

    @Override
    public boolean linearIn(int input) {
      return input > 0;
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      Expr condition = result.inputs().get(0);
      Expr zeros = Expr.zeros(cotangent.shape());
      return input == 1
          ? Expr.of(this, condition, cotangent, zeros)
          : Expr.of(this, condition, zeros, cotangent);
    }
  }

  static Shape common(Code code, List<Shape> inputs) {
    for (Shape shape : inputs) {
      if (!shape.equals(inputs.get(0))) {
        throw new ShapeException(
            code.word() + ": operands differ in shape " + inputs + " — broadcast them first");
      }
    }
    return inputs.get(0);
  }
}
