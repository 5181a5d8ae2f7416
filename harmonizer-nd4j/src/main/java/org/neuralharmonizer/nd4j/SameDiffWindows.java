package org.neuralharmonizer.nd4j;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;

/**
 * Convolutions and pooling of a SameDiff graph. Their integers are height and width of kernel,
 * stride, padding and dilation, then the padding's mode, one that differs, and the layout.
 */
final class SameDiffWindows {
  private static final int STRIDE = 2;
  private static final int PADDING = 4;
  private static final int DILATION = 6;
  private static final int MODE = 8;
  private static final int LAYOUT_OF_CONVOLUTION = 9;
  private static final int WEIGHTS = 10;
  private static final int DIVISOR = 9;
  private static final int LAYOUT_OF_POOLING = 10;

  private static final int STATED = 0;
  private static final int SAME = 1;
  private static final int CHANNELS_LAST = 1;
  private static final int INCLUDING_PADDING = 1;

  private SameDiffWindows() {}

  /** Null, or why a window cannot be imported. */
  static @Nullable String problem(SameDiffNode node) {
    int mode = node.integer(MODE, STATED);
    return mode == STATED || mode == SAME ? null : "its padding is causal";
  }

  static Expr conv2d(SameDiffNode node, IntFunction<Expr> input) {
    Expr filter = outputsFirst(input.apply(1), node.integer(WEIGHTS, 0));
    return convolution(node, input, filter, 1);
  }

  static Expr depthwise(SameDiffNode node, IntFunction<Expr> input) {
    Shape stored = input.apply(1).shape();
    int channels = stored.extent(2);
    Shape filter = Shape.of(channels * stored.extent(3), 1, stored.extent(0), stored.extent(1));
    return convolution(node, input, input.apply(1).permute(2, 3, 0, 1).reshape(filter), channels);
  }

  private static Expr convolution(
      SameDiffNode node, IntFunction<Expr> input, Expr filter, int groups) {
    boolean last = node.integer(LAYOUT_OF_CONVOLUTION, 0) == CHANNELS_LAST;
    Expr images = channelsFirst(input.apply(0), last);
    int[] kernel = {filter.shape().extent(2), filter.shape().extent(3)};
    WindowGeometry window = window(node, images.shape(), kernel);
    Expr result = Functions.conv2d(images, filter, new ConvGeometry(window, groups));
    if (node.inputs().size() > 2) {
      Expr bias = input.apply(2);
      result = result.plus(bias.reshape(bias.shape().size(), 1, 1));
    }
    return last ? result.permute(0, 2, 3, 1) : result;
  }

  static Expr maxPool(SameDiffNode node, IntFunction<Expr> input) {
    boolean last = node.integer(LAYOUT_OF_POOLING, 0) == CHANNELS_LAST;
    Expr images = channelsFirst(input.apply(0), last);
    Expr result = Functions.maxPool(images, window(node, images.shape(), kernel(node)));
    return last ? result.permute(0, 2, 3, 1) : result;
  }

  static Expr averagePool(SameDiffNode node, IntFunction<Expr> input) {
    boolean last = node.integer(LAYOUT_OF_POOLING, 0) == CHANNELS_LAST;
    Expr images = channelsFirst(input.apply(0), last);
    Functions.PaddingCount count =
        node.integer(DIVISOR, 0) == INCLUDING_PADDING
            ? Functions.PaddingCount.INCLUDED
            : Functions.PaddingCount.EXCLUDED;
    Expr result = Functions.averagePool(images, window(node, images.shape(), kernel(node)), count);
    return last ? result.permute(0, 2, 3, 1) : result;
  }

  private static int[] kernel(SameDiffNode node) {
    return new int[] {node.integer(0, 1), node.integer(1, 1)};
  }

  private static WindowGeometry window(SameDiffNode node, Shape images, int[] kernel) {
    return new WindowGeometry(
        axis(node, 0, images.extent(2), kernel[0]), axis(node, 1, images.extent(3), kernel[1]));
  }

  private static WindowAxis axis(SameDiffNode node, int axis, int extent, int kernel) {
    int stride = node.integer(STRIDE + axis, 1);
    int dilation = Math.max(1, node.integer(DILATION + axis, 1));
    if (node.integer(MODE, STATED) == STATED) {
      int padding = node.integer(PADDING + axis, 0);
      return new WindowAxis(extent, kernel, stride, dilation, padding, padding);
    }
    // Padding is reckoned from what the spread taps span.
    WindowAxis spanned = WindowAxis.same(extent, (kernel - 1) * dilation + 1, stride);
    return new WindowAxis(extent, kernel, stride, dilation, spanned.before(), spanned.after());
  }

  private static Expr channelsFirst(Expr images, boolean last) {
    return last ? images.permute(0, 3, 1, 2) : images;
  }

  /** A filter O × I × h × w, from SameDiff's h × w × I × O, O × I × h × w or O × h × w × I. */
  private static Expr outputsFirst(Expr filter, int format) {
    return switch (format) {
      case 0 -> filter.permute(3, 2, 0, 1);
      case 1 -> filter;
      default -> filter.permute(0, 3, 1, 2);
    };
  }
}
