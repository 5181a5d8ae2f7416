package org.neuralharmonizer.testing;

import java.util.List;
import org.neuralharmonizer.expr.Contraction.MatMul;
import org.neuralharmonizer.expr.Contraction.Reading;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.tensor.Shape;

/** Matrix products and the convolution trio. */
final class DoubleContraction {
  private DoubleContraction() {}

  static double[] matmul(MatMul matmul, Expr expr, List<double[]> operands) {
    int m = expr.shape().extent(-2);
    int n = expr.shape().extent(-1);
    double[] a = operands.get(0);
    double[] b = operands.get(1);
    double[] y = new double[expr.shape().size()];
    int batch = m * n == 0 ? 0 : y.length / (m * n);
    int depth = batch == 0 ? 0 : a.length / (batch * m);
    int rowsOfA = matmul.left() == Reading.AS_STORED ? depth : 1;
    int columnsOfA = matmul.left() == Reading.AS_STORED ? 1 : m;
    int rowsOfB = matmul.right() == Reading.AS_STORED ? n : 1;
    int columnsOfB = matmul.right() == Reading.AS_STORED ? 1 : depth;
    for (int row = 0; row < batch * m; row++) {
      int item = row / m;
      for (int k = 0; k < depth; k++) {
        double factor = a[item * m * depth + row % m * rowsOfA + k * columnsOfA];
        int from = item * depth * n + k * rowsOfB;
        for (int column = 0; column < n; column++) {
          y[row * n + column] += factor * b[from + column * columnsOfB];
        }
      }
    }
    return y;
  }

  static double[] conv2d(ConvGeometry geometry, Expr expr, List<double[]> operands) {
    double[] x = operands.get(0);
    double[] w = operands.get(1);
    double[] y = new double[expr.shape().size()];
    Shape filter = expr.inputs().get(1).shape();
    contract(
        geometry,
        filter,
        expr.shape().extent(0),
        (tap, input, output, stride, count) -> {
          double factor = w[tap];
          for (int i = 0; i < count; i++) {
            y[output + i] += factor * x[input + i * stride];
          }
        });
    return y;
  }

  static double[] conv2dInput(ConvGeometry geometry, Expr expr, List<double[]> operands) {
    double[] y = operands.get(0);
    double[] w = operands.get(1);
    double[] x = new double[expr.shape().size()];
    Shape filter = expr.inputs().get(1).shape();
    contract(
        geometry,
        filter,
        expr.shape().extent(0),
        (tap, input, output, stride, count) -> {
          double factor = w[tap];
          for (int i = 0; i < count; i++) {
            x[input + i * stride] += factor * y[output + i];
          }
        });
    return x;
  }

  static double[] conv2dFilter(ConvGeometry geometry, Expr expr, List<double[]> operands) {
    double[] x = operands.get(0);
    double[] y = operands.get(1);
    double[] w = new double[expr.shape().size()];
    contract(
        geometry,
        expr.shape(),
        expr.inputs().get(0).shape().extent(0),
        (tap, input, output, stride, count) -> {
          double sum = 0;
          for (int i = 0; i < count; i++) {
            sum += x[input + i * stride] * y[output + i];
          }
          w[tap] += sum;
        });
    return w;
  }

  /**
   * One row of products in the trilinear form: {@code w[tap] · x[input + i·stride] · y[output +
   * i]}.
   */
  private interface Row {
    void multiply(int tap, int input, int output, int stride, int count);
  }

  private static void contract(ConvGeometry geometry, Shape filter, int images, Row row) {
    int outputChannels = filter.extent(0);
    int channelsPerGroup = filter.extent(1);
    int outputsPerGroup = outputChannels / geometry.groups();
    int inputPlane = geometry.rows().extent() * geometry.columns().extent();
    int outputPlane = geometry.rows().outputs() * geometry.columns().outputs();
    int taps = geometry.window().taps();
    for (int image = 0; image < images; image++) {
      for (int o = 0; o < outputChannels; o++) {
        int group = o / outputsPerGroup;
        for (int c = 0; c < channelsPerGroup; c++) {
          int channel = group * channelsPerGroup + c;
          slide(
              geometry,
              (o * channelsPerGroup + c) * taps,
              (image * channelsPerGroup * geometry.groups() + channel) * inputPlane,
              (image * outputChannels + o) * outputPlane,
              row);
        }
      }
    }
  }

  private static void slide(
      ConvGeometry geometry, int filter, int inputPlane, int outputPlane, Row row) {
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    for (int i = 0; i < rows.kernel(); i++) {
      for (int j = 0; j < columns.kernel(); j++) {
        int from = first(columns, j);
        int count = end(columns, j) - from;
        for (int output = first(rows, i); output < end(rows, i) && count > 0; output++) {
          row.multiply(
              filter + i * columns.kernel() + j,
              inputPlane + rows.position(output, i) * columns.extent() + columns.position(from, j),
              outputPlane + output * columns.outputs() + from,
              columns.stride(),
              count);
        }
      }
    }
  }

  /** The first output whose window reads inside the input at a tap. */
  private static int first(WindowAxis axis, int tap) {
    int output = 0;
    while (output < axis.outputs() && axis.position(output, tap) < 0) {
      output++;
    }
    return output;
  }

  /** One past the last such output. */
  private static int end(WindowAxis axis, int tap) {
    int output = axis.outputs();
    while (output > 0 && axis.position(output - 1, tap) >= axis.extent()) {
      output--;
    }
    return output;
  }
}
