package org.neuralharmonizer.expr;

import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Where values enter an expression. */
public final class Leaves {
  private Leaves() {}

  /** A value given at every run, or a variable the program keeps; two inputs are never the same. */
  public record Input(String name, Shape shape) implements Primitive.Leaf {
    @Override
    public Code code() {
      return Code.INPUT;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return shape;
    }
  }

  /** A number, kept in double precision until a backend rounds it. */
  public record Literal(double value) implements Primitive.Leaf {
    @Override
    public Code code() {
      return Code.LITERAL;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return Shape.SCALAR;
    }

    /** Bits decide, so that −0.0 and 0.0 are not merged. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Literal literal && Double.compare(value, literal.value) == 0;
    }

    @Override
    public int hashCode() {
      return Double.hashCode(value);
    }
  }

  /** An array known when the program is built. */
  public record Constant(Tensor value) implements Primitive.Leaf {
    @Override
    public Code code() {
      return Code.CONSTANT;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return value.shape();
    }
  }
}
