package org.neuralharmonizer.expr;

import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** Matrix products. */
public final class Contraction {
  private Contraction() {}

  /** Whether an operand is read as it is stored or with its two innermost axes swapped. */
  public enum Reading {
    AS_STORED,
    TRANSPOSED;

    Reading swapped() {
      return this == AS_STORED ? TRANSPOSED : AS_STORED;
    }
  }

  /** The product of matrices, … × m × k by … × k × n; outer axes are a batch and must agree. */
  public record MatMul(Reading left, Reading right) implements Primitive.Bilinear {
    @Override
    public Code code() {
      return Code.MATMUL;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape a = inputs.get(0);
      Shape b = inputs.get(1);
      boolean fits = a.rank() >= 2 && a.rank() == b.rank() && depth(a, left) == height(b, right);
      for (int axis = 0; fits && axis < a.rank() - 2; axis++) {
        fits = a.extent(axis) == b.extent(axis);
      }
      if (!fits) {
        throw new ShapeException(
            "matmul: %s (%s) and %s (%s) do not multiply".formatted(a, left, b, right));
      }
      return a.with(-2, height(a, left)).with(-1, depth(b, right));
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      Expr a = result.inputs().get(0);
      Expr b = result.inputs().get(1);
      if (input == 0) {
        return left == Reading.AS_STORED
            ? product(Reading.AS_STORED, cotangent, right.swapped(), b)
            : product(right, b, Reading.TRANSPOSED, cotangent);
      }
      return right == Reading.AS_STORED
          ? product(left.swapped(), a, Reading.AS_STORED, cotangent)
          : product(Reading.TRANSPOSED, cotangent, left, a);
    }

    private static Expr product(Reading left, Expr a, Reading right, Expr b) {
      return Expr.of(new MatMul(left, right), a, b);
    }

    private static int height(Shape shape, Reading reading) {
      return shape.extent(reading == Reading.AS_STORED ? -2 : -1);
    }

    private static int depth(Shape shape, Reading reading) {
      return shape.extent(reading == Reading.AS_STORED ? -1 : -2);
    }
  }
}
