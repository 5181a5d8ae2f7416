package org.neuralharmonizer.expr;

import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** Decisions: their values are 0, 1, −1 or whole numbers, and their derivative is zero. */
public final class Comparison {
  private Comparison() {}

  /** 1 where x &gt; 0, else 0 (at NaN too). */
  public record Step() implements Primitive.Discrete {
    @Override
    public Code code() {
      return Code.STEP;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }
  }

  /** −1, 0 or 1; NaN stays NaN. */
  public record Sign() implements Primitive.Discrete {
    @Override
    public Code code() {
      return Code.SIGN;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }
  }

  /** 1 where a &gt; b, else 0. */
  public record Greater() implements Primitive.Discrete {
    @Override
    public Code code() {
      return Code.GREATER;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return Arithmetic.common(code(), inputs);
    }
  }

  /** 1 where a = b, else 0; −0.0 equals 0.0, NaN equals nothing. */
  public record Equal() implements Primitive.Discrete {
    @Override
    public Code code() {
      return Code.EQUAL;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return Arithmetic.common(code(), inputs);
    }
  }

  /**
   * The index of the largest element along the innermost axis, which disappears; the first of
   * equals. NaN counts as larger than any number: the first one wins if there is one.
   */
  public record ArgMax() implements Primitive.Discrete {
    @Override
    public Code code() {
      return Code.ARG_MAX;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape shape = inputs.get(0);
      if (shape.rank() == 0 || shape.extent(-1) == 0) {
        throw new ShapeException("arg max: nothing to choose from in shape " + shape);
      }
      int[] outer = new int[shape.rank() - 1];
      System.arraycopy(shape.extents(), 0, outer, 0, outer.length);
      return Shape.of(outer);
    }
  }

  /** The operand, treated as a constant by every derivative. */
  public record Detach() implements Primitive.Discrete {
    @Override
    public Code code() {
      return Code.DETACH;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }
  }
}
