package org.neuralharmonizer.expr;

import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** Sums over axes, and over machines. */
public final class Reduction {
  private Reduction() {}

  /**
   * The sum over some axes, which disappear. The sum of nothing is 0.
   *
   * @param axes counted from the outside, ascending
   */
  public record Sum(List<Integer> axes) implements Primitive.Linear {
    public Sum {
      axes = List.copyOf(axes);
    }

    @Override
    public Code code() {
      return Code.SUM;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape shape = inputs.get(0);
      int previous = -1;
      for (int axis : axes) {
        if (axis <= previous || axis >= shape.rank()) {
          throw new ShapeException(
              "sum: axes " + axes + " of shape " + shape + " must ascend and exist");
        }
        previous = axis;
      }
      int[] kept = new int[shape.rank() - axes.size()];
      int count = 0;
      for (int axis = 0; axis < shape.rank(); axis++) {
        if (!axes.contains(axis)) {
          kept[count++] = shape.extent(axis);
        }
      }
      return Shape.of(kept);
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      Shape shape = result.inputs().get(0).shape();
      return cotangent.reshape(keeping(shape)).broadcastTo(shape);
    }

    /** The shape with extent 1 where {@link #shape} drops an axis. */
    Shape keeping(Shape shape) {
      Shape kept = shape;
      for (int axis : axes) {
        kept = kept.with(axis, 1);
      }
      return kept;
    }
  }

  /**
   * The sum of what all shares of a batch have at the same point of the same program, which several
   * machines run together; each of them gets it. Derivatives are those of the sum of all shares'
   * results: a change of one share's operand moves every share's sum, and the cotangents of all of
   * them come back to it.
   */
  public record ShareSum() implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.SHARE_SUM;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(this, cotangent);
    }
  }
}
