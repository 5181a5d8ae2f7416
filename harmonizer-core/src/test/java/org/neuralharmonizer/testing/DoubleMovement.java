package org.neuralharmonizer.testing;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.tensor.Shape;

/**
 * Primitives that move elements. Each is one walk over a shape whose elements lie, in another
 * array, at an offset plus a stride per axis.
 */
final class DoubleMovement {
  private DoubleMovement() {}

  static double[] broadcast(double[] x, Shape source, Shape target) {
    int[] strides = new int[target.rank()];
    int added = target.rank() - source.rank();
    for (int axis = 0; axis < source.rank(); axis++) {
      strides[added + axis] = source.extent(axis) == 1 ? 0 : source.strides()[axis];
    }
    return read(x, positions(target, 0, strides));
  }

  static double[] sum(double[] x, Shape source, List<Integer> axes, Shape target) {
    int[] strides = new int[source.rank()];
    int kept = 0;
    for (int axis = 0; axis < source.rank(); axis++) {
      strides[axis] = axes.contains(axis) ? 0 : target.strides()[kept++];
    }
    return add(x, positions(source, 0, strides), new double[target.size()]);
  }

  static double[] permute(double[] x, Shape source, List<Integer> order) {
    int[] extents = order.stream().mapToInt(source::extent).toArray();
    int[] strides = order.stream().mapToInt(axis -> source.strides()[axis]).toArray();
    return read(x, positions(Shape.of(extents), 0, strides));
  }

  static double[] slice(double[] x, Shape source, List<Span> spans) {
    return read(x, positions(spans, source));
  }

  static double[] pad(double[] x, List<Span> spans, Shape target) {
    return add(x, positions(spans, target), new double[target.size()]);
  }

  static double[] concat(Expr expr, List<double[]> parts) {
    int axis = ((Movement.Concat) expr.primitive()).axis();
    int[] strides = expr.shape().strides();
    double[] y = new double[expr.shape().size()];
    int offset = 0;
    for (int i = 0; i < parts.size(); i++) {
      Shape part = expr.inputs().get(i).shape();
      add(parts.get(i), positions(part, offset, strides), y);
      offset += part.extent(axis) * strides[axis];
    }
    return y;
  }

  static double[] gatherRows(double[] x, Shape source, double[] index) {
    int row = source.inner().size();
    double[] y = new double[index.length * row];
    for (int i = 0; i < index.length; i++) {
      System.arraycopy(x, ((int) index[i]) * row, y, i * row, row);
    }
    return y;
  }

  static double[] scatterRows(double[] x, Shape target, double[] index) {
    int row = target.inner().size();
    double[] y = new double[target.size()];
    for (int i = 0; i < index.length; i++) {
      for (int j = 0; j < row; j++) {
        y[((int) index[i]) * row + j] += x[i * row + j];
      }
    }
    return y;
  }

  private static int[] positions(List<Span> spans, Shape whole) {
    int[] strides = whole.strides();
    int offset = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      offset += spans.get(axis).start() * strides[axis];
      strides[axis] *= spans.get(axis).step();
    }
    return positions(Shape.of(spans.stream().mapToInt(Span::count).toArray()), offset, strides);
  }

  /** For each element of a shape, in row-major order, where it lies in the other array. */
  private static int[] positions(Shape shape, int offset, int[] strides) {
    int[] positions = new int[shape.size()];
    int[] extents = shape.extents();
    int[] index = new int[extents.length];
    int position = offset;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position;
      for (int axis = extents.length - 1; axis >= 0; axis--) {
        position += strides[axis];
        if (++index[axis] < extents[axis]) {
          break;
        }
        position -= extents[axis] * strides[axis];
        index[axis] = 0;
      }
    }
    return positions;
  }

  private static double[] read(double[] x, int[] positions) {
    double[] y = new double[positions.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[positions[i]];
    }
    return y;
  }

  private static double[] add(double[] x, int[] positions, double[] y) {
    for (int i = 0; i < x.length; i++) {
      y[positions[i]] += x[i];
    }
    return y;
  }
}
