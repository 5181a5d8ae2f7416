package org.neuralharmonizer.study.verify;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Functions.PaddingCount;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;

/** Convolutions and pools by what their names, notes and shapes say. */
final class OperatorWindows {
  private OperatorWindows() {}

  /** A convolution, or null if its geometry remains unclear. */
  static @Nullable Expr convolution(OperatorCase operator) {
    Shape x = operator.in(0).shape();
    Shape filter = operator.in(1).shape();
    String strides = operator.named("_stride(\\d+)");
    int rowStride = strides == null ? 1 : strides.charAt(0) - '0';
    int columnStride = strides == null ? 1 : strides.charAt(strides.length() - 1) - '0';
    int dilation = operator.named("_dilated(\\d+)", 1);
    WindowAxis rows = axis(operator, 2, filter.extent(2), rowStride, dilation);
    WindowAxis columns = axis(operator, 3, filter.extent(3), columnStride, dilation);
    if (rows == null || columns == null) {
      return null;
    }
    int groups = x.extent(1) / filter.extent(1);
    ConvGeometry geometry = new ConvGeometry(new WindowGeometry(rows, columns), groups);
    Expr product = Functions.conv2d(operator.in(0), operator.in(1), geometry);
    if (operator.operands() == 2) {
      return product;
    }
    return product.plus(operator.in(2).reshape(filter.extent(0), 1, 1));
  }

  private static @Nullable WindowAxis axis(
      OperatorCase operator, int axis, int kernel, int stride, int dilation) {
    int extent = operator.in(0).shape().extent(axis);
    int outputs = operator.out.extent(axis);
    int reach = (kernel - 1) * dilation + 1;
    WindowAxis window;
    if (operator.note.contains("SAME")) {
      WindowAxis same = WindowAxis.same(extent, reach, stride);
      window = new WindowAxis(extent, kernel, stride, dilation, same.before(), same.after());
    } else {
      int padding = stated(operator, axis, Math.max(0, (outputs - 1) * stride + reach - extent));
      window = new WindowAxis(extent, kernel, stride, dilation, padding, padding);
    }
    return window.outputs() == outputs ? window : null;
  }

  /** The padding on each side that note or name state; else half of what the result needs. */
  private static int stated(OperatorCase operator, int axis, int needed) {
    String pair = operator.noted(axis == 2 ? "pad \\((\\d+)," : "pad \\(\\d+, ?(\\d+)\\)");
    String single = pair == null ? operator.noted("pad (\\d+)") : pair;
    String stated = single == null ? operator.named("_pad(\\d+)") : single;
    return stated == null ? (needed + 1) / 2 : Integer.parseInt(stated);
  }

  /** A pool, or null if its geometry remains unclear. */
  static @Nullable Expr pool(OperatorCase operator) {
    int kernel = operator.named("pool(\\d+)", 0);
    int stride = operator.named("_s(\\d+)", kernel);
    int padding = operator.named("_p(\\d+)", 0);
    boolean ceiling = operator.name.contains("_ceil") || operator.note.contains("ceil");
    WindowAxis rows = pool(operator.in(0).shape().extent(2), kernel, stride, padding, ceiling);
    WindowAxis columns = pool(operator.in(0).shape().extent(3), kernel, stride, padding, ceiling);
    if (rows.outputs() != operator.out.extent(2) || columns.outputs() != operator.out.extent(3)) {
      return null;
    }
    WindowGeometry window = new WindowGeometry(rows, columns);
    if (operator.name.startsWith("max")) {
      return Functions.maxPool(operator.in(0), window);
    }
    boolean excluded = operator.name.contains("_excl");
    if (!excluded && ceiling) {
      return null;
    }
    return Functions.averagePool(
        operator.in(0), window, excluded ? PaddingCount.EXCLUDED : PaddingCount.INCLUDED);
  }

  private static WindowAxis pool(int extent, int kernel, int stride, int padding, boolean ceiling) {
    return ceiling
        ? WindowAxis.ceiling(extent, kernel, stride, padding)
        : WindowAxis.padded(extent, kernel, stride, padding, padding);
  }
}
