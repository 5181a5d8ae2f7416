package org.neuralharmonizer.io.onnx;

import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** How operands of different shapes are brought together. */
final class Broadcasts {
  /** From this version on operands are broadcast as by NumPy. */
  private static final int AS_NUMPY = 7;

  private Broadcasts() {}

  /** The shape to which all repeat, as in NumPy. */
  static Shape common(List<Shape> shapes) {
    int rank = shapes.stream().mapToInt(Shape::rank).max().orElse(0);
    int[] extents = new int[rank];
    Arrays.fill(extents, 1);
    for (Shape shape : shapes) {
      for (int axis = 1; axis <= shape.rank(); axis++) {
        int extent = shape.extent(-axis);
        int known = extents[rank - axis];
        if (known != 1 && extent != 1 && known != extent) {
          throw new ShapeException("shapes " + shapes + " do not match");
        }
        extents[rank - axis] = known == 1 ? extent : known;
      }
    }
    return Shape.of(extents);
  }

  /** Two operands of one shape. */
  static List<Expr> together(Expr a, Expr b) {
    Shape common = common(List.of(a.shape(), b.shape()));
    return List.of(a.broadcastTo(common), b.broadcastTo(common));
  }

  /** The second operand; before version 7 it may begin at an axis of the first that is named. */
  static Expr second(Call call) {
    Expr b = call.x(1);
    if (call.version() >= AS_NUMPY || !call.node().has("axis")) {
      return b;
    }
    int rank = call.shape(0).rank();
    int axis = call.axis(call.node().integer("axis", 0), rank);
    int[] extents = new int[rank - axis];
    Arrays.fill(extents, 1);
    System.arraycopy(b.shape().extents(), 0, extents, 0, b.shape().rank());
    return b.reshape(extents);
  }

  /** Values along one axis, extent 1 along the others. */
  static Expr along(int axis, int rank, Expr values) {
    int[] extents = new int[rank];
    Arrays.fill(extents, 1);
    extents[axis] = values.shape().size();
    return values.reshape(extents);
  }

  /** Without axes of extent 1. */
  static Expr without(Expr x, int... axes) {
    int[] extents = x.shape().extents();
    int[] kept = new int[extents.length - axes.length];
    int count = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      int each = axis;
      if (Arrays.stream(axes).noneMatch(dropped -> dropped == each)) {
        kept[count++] = extents[axis];
      }
    }
    return x.reshape(kept);
  }
}
