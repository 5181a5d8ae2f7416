package org.neuralharmonizer.io.onnx;

import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** How the windows of a node slide, by its settings; one number per spatial axis. */
final class WindowSettings {
  private final OnnxNode node;
  private final int[] kernel;
  private final int[] strides;
  private final int[] dilations;
  private final int[] pads;
  private final String automatic;

  private WindowSettings(OnnxNode node, int[] kernel) {
    this.node = node;
    this.kernel = kernel;
    this.strides = node.integers("strides", kernel.length, 1);
    this.dilations = node.integers("dilations", kernel.length, 1);
    this.pads = node.integers("pads", 2 * kernel.length, 0);
    this.automatic = node.text("auto_pad", "NOTSET");
  }

  static WindowSettings of(OnnxNode node, int[] kernel) {
    return new WindowSettings(node, kernel);
  }

  /** The windows over N × C × spatial axes. */
  WindowAxis[] over(Shape shape) {
    requireAxes(shape);
    WindowAxis[] windows = new WindowAxis[kernel.length];
    for (int axis = 0; axis < windows.length; axis++) {
      windows[axis] = over(axis, shape.extent(axis + 2));
    }
    return windows;
  }

  private WindowAxis over(int axis, int extent) {
    int before = pads[axis];
    int after = pads[kernel.length + axis];
    WindowAxis same = WindowAxis.same(extent, reach(axis), strides[axis]);
    switch (automatic) {
      case "SAME_UPPER" -> {
        before = same.before();
        after = same.after();
      }
      case "SAME_LOWER" -> {
        before = same.after();
        after = same.before();
      }
      case "VALID" -> {
        before = 0;
        after = 0;
      }
      default -> {}
    }
    if (node.flag("ceil_mode")) {
      after = reaching(axis, extent, before, after);
    }
    return new WindowAxis(extent, kernel[axis], strides[axis], dilations[axis], before, after);
  }

  /** Padding for a last window that may end beyond, but not begin beyond, what is padded. */
  private int reaching(int axis, int extent, int before, int after) {
    int stride = strides[axis];
    int outputs = -Math.floorDiv(-(extent + before + after - reach(axis)), stride) + 1;
    if ((outputs - 1) * stride >= extent + before) {
      outputs--;
    }
    return Math.max(after, (outputs - 1) * stride + reach(axis) - extent - before);
  }

  private int reach(int axis) {
    return (kernel[axis] - 1) * dilations[axis] + 1;
  }

  /** The windows over the result of a transposed convolution of N × C × spatial axes. */
  WindowAxis[] under(Shape shape) {
    requireAxes(shape);
    int[] more = node.integers("output_padding", kernel.length, 0);
    int[] stated = node.integers("output_shape");
    WindowAxis[] windows = new WindowAxis[kernel.length];
    for (int axis = 0; axis < windows.length; axis++) {
      int spanned = strides[axis] * (shape.extent(axis + 2) - 1) + more[axis] + reach(axis);
      int extent = spanned - pads[axis] - pads[kernel.length + axis];
      int before = pads[axis];
      if (stated.length > 0 || automatic.startsWith("SAME")) {
        extent =
            stated.length > 0
                ? stated[stated.length - kernel.length + axis]
                : shape.extent(axis + 2) * strides[axis];
        // What is larger than what the windows span ends in zeros.
        int total = Math.max(0, spanned - extent);
        spanned = extent + total;
        before = automatic.equals("SAME_UPPER") ? total / 2 : total - total / 2;
      }
      windows[axis] =
          new WindowAxis(
              extent,
              kernel[axis],
              strides[axis],
              dilations[axis],
              before,
              spanned - extent - before);
    }
    return windows;
  }

  /**
   * One over the number of taps of each window that are averaged: those on the input, and on its
   * stated padding if that counts, but never those beyond.
   */
  Tensor shares(int axis, WindowAxis window, boolean paddingCounts) {
    int after = automatic.equals("NOTSET") ? pads[kernel.length + axis] : window.after();
    int from = paddingCounts ? -window.before() : 0;
    int to = window.extent() + (paddingCounts ? after : 0);
    return Tensor.generate(
        Shape.of(window.outputs()),
        output -> {
          int count = 0;
          for (int tap = 0; tap < window.kernel(); tap++) {
            int position = window.position(output, tap);
            count += position >= from && position < to ? 1 : 0;
          }
          return 1.0 / count;
        });
  }

  private void requireAxes(Shape shape) {
    if (shape.rank() != kernel.length + 2) {
      throw new UnsupportedNodeException(
          "its windows of %d axes do not slide over %s".formatted(kernel.length, shape));
    }
  }
}
