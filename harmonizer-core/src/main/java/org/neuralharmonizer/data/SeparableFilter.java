package org.neuralharmonizer.data;

import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/** A linear map along the columns' axis, then along the rows', summed in double. */
record SeparableFilter(AxisTaps rows, AxisTaps columns) {

  /** Refuses what has no two spatial axes or no pixels. */
  static void requirePlanes(String operation, Tensor planes) {
    Shape shape = planes.shape();
    if (shape.rank() < 2 || shape.extent(-1) == 0 || shape.extent(-2) == 0) {
      throw new ShapeException(
          operation + ": needs … × H × W with at least one pixel, got " + shape);
    }
  }

  /** Filters every plane of the two innermost axes. */
  Tensor apply(Tensor planes) {
    Shape from = planes.shape();
    Shape to = from.with(-2, rows.outputs()).with(-1, columns.outputs());
    int height = from.extent(-2);
    int width = from.extent(-1);
    float[] values = planes.toArray();
    float[] filtered = new float[to.size()];
    int count = values.length / (height * width);
    for (int plane = 0; plane < count; plane++) {
      double[][] lines = new double[height][];
      for (int y = 0; y < height; y++) {
        lines[y] = alongLine(values, (plane * height + y) * width, width);
      }
      acrossLines(lines, filtered, plane * rows.outputs() * columns.outputs());
    }
    return Tensor.adopt(to, filtered);
  }

  private double[] alongLine(float[] values, int offset, int width) {
    double[] line = new double[columns.outputs()];
    for (int x = 0; x < line.length; x++) {
      double[] weights = columns.weights()[x];
      int first = columns.first()[x];
      int end = Math.min(weights.length, width - first);
      double sum = 0;
      for (int k = Math.max(0, -first); k < end; k++) {
        sum += weights[k] * values[offset + first + k];
      }
      line[x] = sum;
    }
    return line;
  }

  private void acrossLines(double[][] lines, float[] target, int offset) {
    int width = columns.outputs();
    for (int y = 0; y < rows.outputs(); y++) {
      double[] weights = rows.weights()[y];
      int first = rows.first()[y];
      int end = Math.min(weights.length, lines.length - first);
      double[] sums = new double[width];
      for (int k = Math.max(0, -first); k < end; k++) {
        addScaled(sums, weights[k], lines[first + k]);
      }
      for (int x = 0; x < width; x++) {
        target[offset + y * width + x] = (float) sums[x];
      }
    }
  }

  private static void addScaled(double[] sums, double weight, double[] line) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += weight * line[x];
    }
  }
}
