package org.neuralharmonizer.expr;

import java.util.stream.IntStream;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * How a window slides along one spatial axis: the window at output {@code o} reads, at its tap
 * {@code k}, the input position {@code o · stride − before + k · dilation}; positions outside
 * {@code 0 … extent − 1} are padding.
 *
 * @param extent input positions
 * @param kernel taps of the window
 * @param stride input positions between neighbouring windows
 * @param dilation input positions between neighbouring taps
 * @param before padding before the first position
 * @param after padding after the last position
 */
public record WindowAxis(int extent, int kernel, int stride, int dilation, int before, int after) {

  public WindowAxis {
    if (extent < 1 || kernel < 1 || stride < 1 || dilation < 1 || before < 0 || after < 0) {
      throw new ShapeException(
          "window: extent, kernel, stride and dilation must be at least 1 and padding not negative"
              + " (extent %d, kernel %d, stride %d, dilation %d, padding %d and %d)"
                  .formatted(extent, kernel, stride, dilation, before, after));
    }
    if (reach(kernel, dilation) > extent + before + after) {
      throw new ShapeException(
          "window: %d taps at dilation %d span %d positions, the padded input has %d — pad more"
                  .formatted(kernel, dilation, reach(kernel, dilation), extent + before + after)
              + " or use a smaller window");
    }
  }

  /** A window with stated padding on both sides. */
  public static WindowAxis padded(int extent, int kernel, int stride, int before, int after) {
    return new WindowAxis(extent, kernel, stride, 1, before, after);
  }

  /** No padding at all. */
  public static WindowAxis valid(int extent, int kernel, int stride) {
    return padded(extent, kernel, stride, 0, 0);
  }

  /**
   * TensorFlow's SAME: ⌈extent / stride⌉ outputs, the odd element of padding after the input.
   *
   * @see <a href="https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2">TensorFlow,
   *     notes on padding</a>
   */
  public static WindowAxis same(int extent, int kernel, int stride) {
    int outputs = (extent + stride - 1) / stride;
    int total = Math.max((outputs - 1) * stride + kernel - extent, 0);
    return padded(extent, kernel, stride, total / 2, total - total / 2);
  }

  /**
   * Symmetric padding where a last window may begin inside the input and end beyond it (PyTorch's
   * ceil mode); the missing positions count as padding.
   */
  public static WindowAxis ceiling(int extent, int kernel, int stride, int padding) {
    int outputs = (extent + 2 * padding - kernel + stride - 1) / stride + 1;
    if ((outputs - 1) * stride >= extent + padding) {
      outputs--;
    }
    int after = Math.max((outputs - 1) * stride + kernel - extent - padding, padding);
    return padded(extent, kernel, stride, padding, after);
  }

  /** This axis with its taps spread. */
  public WindowAxis dilated(int taps) {
    return new WindowAxis(extent, kernel, stride, taps, before, after);
  }

  /** The number of windows. */
  public int outputs() {
    return (extent + before + after - reach(kernel, dilation)) / stride + 1;
  }

  /** The input position a window reads at a tap; it may lie in the padding. */
  public int position(int output, int tap) {
    return output * stride - before + tap * dilation;
  }

  /** Whether a window has a tap on the input; all others read nothing but padding. */
  boolean reachesInput(int output) {
    return IntStream.range(0, kernel)
        .map(tap -> position(output, tap))
        .anyMatch(position -> position >= 0 && position < extent);
  }

  /** Such as {@code 3 over 8 stride 2 padded 1 + 2}; what changes nothing is left out. */
  @Override
  public String toString() {
    return kernel
        + " over "
        + extent
        + (stride == 1 ? "" : " stride " + stride)
        + (dilation == 1 ? "" : " dilated " + dilation)
        + (before + after == 0 ? "" : " padded " + before + " + " + after);
  }

  private static int reach(int kernel, int dilation) {
    return (kernel - 1) * dilation + 1;
  }
}
