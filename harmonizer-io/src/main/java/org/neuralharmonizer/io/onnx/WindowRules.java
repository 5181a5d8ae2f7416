package org.neuralharmonizer.io.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Convolutions and pooling over one, two or three spatial axes. Ours slide over two: one axis is an
 * image of one row; of three axes the outermost is summed or searched by itself.
 */
final class WindowRules {
  private WindowRules() {}

  static final Map<String, Rule> RULES =
      Map.of(
          "Conv", Rule.one(WindowRules::convolution),
          "ConvTranspose", Rule.one(WindowRules::transposed),
          "MaxPool", WindowRules::maxPool,
          "AveragePool", Rule.one(WindowRules::averagePool),
          "GlobalAveragePool", Rule.unary(x -> x.meanKeeping(spatial(x))),
          "GlobalMaxPool", Rule.unary(x -> Functions.maxKeeping(x, spatial(x))),
          "LRN", Rule.one(WindowRules::responseNormalization));

  private static int[] spatial(Expr x) {
    return IntStream.range(2, x.shape().rank()).toArray();
  }

  private static Expr convolution(Call call) {
    Expr x = call.x(0);
    Expr filter = call.x(1);
    int axes = axes(x, filter);
    int groups = call.node().integer("group", 1);
    int[] kernel = Arrays.copyOfRange(filter.shape().extents(), 2, axes + 2);
    WindowAxis[] windows = WindowSettings.of(call.node(), kernel).over(x.shape());
    return biased(call, convolution(x, filter, windows, groups));
  }

  private static int axes(Expr x, Expr filter) {
    int axes = x.shape().rank() - 2;
    if (axes < 1 || axes > 3 || filter.shape().rank() != axes + 2) {
      throw new UnsupportedNodeException(
          "a convolution of %s by %s is not one over 1 to 3 axes"
              .formatted(x.shape(), filter.shape()));
    }
    return axes;
  }

  private static Expr biased(Call call, Expr y) {
    return call.has(2) ? y.plus(Broadcasts.along(1, y.shape().rank(), call.x(2))) : y;
  }

  private static Expr convolution(Expr x, Expr filter, WindowAxis[] windows, int groups) {
    return switch (windows.length) {
      case 1 -> {
        ConvGeometry geometry = geometry(oneRow(), windows[0], groups);
        yield withoutRow(Functions.conv2d(withRow(x), withRow(filter), geometry));
      }
      case 2 -> Functions.conv2d(x, filter, geometry(windows[0], windows[1], groups));
      default -> overThree(x, filter, windows, groups);
    };
  }

  private static WindowAxis oneRow() {
    return WindowAxis.valid(1, 1, 1);
  }

  private static ConvGeometry geometry(WindowAxis rows, WindowAxis columns, int groups) {
    return new ConvGeometry(new WindowGeometry(rows, columns), groups);
  }

  private static Expr withRow(Expr x) {
    Shape shape = x.shape();
    return x.reshape(shape.extent(0), shape.extent(1), 1, shape.extent(2));
  }

  private static Expr withoutRow(Expr x) {
    return Broadcasts.without(x, 2);
  }

  /** The sum, over the taps of the outermost axis, of convolutions of the planes at that tap. */
  private static Expr overThree(Expr x, Expr filter, WindowAxis[] windows, int groups) {
    WindowAxis depth = windows[0];
    Expr padded =
        Functions.pad(
            x, new int[] {0, 0, depth.before(), 0, 0}, new int[] {0, 0, depth.after(), 0, 0});
    int images = x.shape().extent(0);
    int planes = depth.outputs();
    Expr sum = null;
    for (int tap = 0; tap < depth.kernel(); tap++) {
      Span[] spans =
          Arrays.stream(padded.shape().extents()).mapToObj(Span::all).toArray(Span[]::new);
      spans[2] = new Span(tap * depth.dilation(), depth.stride(), planes);
      Expr taken = padded.slice(spans).permute(0, 2, 1, 3, 4);
      Shape shape = taken.shape();
      Expr stack =
          taken.reshape(images * planes, shape.extent(2), shape.extent(3), shape.extent(4));
      Expr plane = Broadcasts.without(Functions.slice(filter, 2, tap, tap + 1), 2);
      Expr part = Functions.conv2d(stack, plane, geometry(windows[1], windows[2], groups));
      sum = sum == null ? part : sum.plus(part);
    }
    Shape flat = sum.shape();
    return sum.reshape(images, planes, flat.extent(1), flat.extent(2), flat.extent(3))
        .permute(0, 2, 1, 3, 4);
  }

  /** The transpose of a convolution, which maps what that gives back to what it reads. */
  private static Expr transposed(Call call) {
    Expr y = call.x(0);
    Expr filter = call.x(1);
    int axes = axes(y, filter);
    int[] kernel = Arrays.copyOfRange(filter.shape().extents(), 2, axes + 2);
    WindowAxis[] windows = WindowSettings.of(call.node(), kernel).under(y.shape());
    int groups = call.node().integer("group", 1);
    return switch (axes) {
      case 1 -> {
        ConvGeometry geometry = geometry(oneRow(), windows[0], groups);
        Expr x = Expr.of(new Convolution.Conv2dInput(geometry), withRow(y), withRow(filter));
        yield biased(call, withoutRow(x));
      }
      case 2 -> {
        ConvGeometry geometry = geometry(windows[0], windows[1], groups);
        yield biased(call, Expr.of(new Convolution.Conv2dInput(geometry), y, filter));
      }
      default -> biased(call, transposedOverThree(y, filter, windows, groups));
    };
  }

  /** The transpose of {@link #overThree}: planes are put where a tap took them, and added. */
  private static Expr transposedOverThree(Expr y, Expr filter, WindowAxis[] windows, int groups) {
    WindowAxis depth = windows[0];
    ConvGeometry geometry = geometry(windows[1], windows[2], groups);
    Shape shape = y.shape();
    int images = shape.extent(0);
    int planes = shape.extent(2);
    Expr stack =
        y.permute(0, 2, 1, 3, 4)
            .reshape(images * planes, shape.extent(1), shape.extent(3), shape.extent(4));
    Expr sum = null;
    for (int tap = 0; tap < depth.kernel(); tap++) {
      Expr plane = Broadcasts.without(Functions.slice(filter, 2, tap, tap + 1), 2);
      Expr part = Expr.of(new Convolution.Conv2dInput(geometry), stack, plane);
      Shape each = part.shape();
      Expr apart =
          part.reshape(images, planes, each.extent(1), each.extent(2), each.extent(3))
              .permute(0, 2, 1, 3, 4);
      Shape whole = apart.shape().with(2, depth.extent() + depth.before() + depth.after());
      List<Span> spans =
          new ArrayList<>(Arrays.stream(apart.shape().extents()).mapToObj(Span::all).toList());
      spans.set(2, new Span(tap * depth.dilation(), depth.stride(), planes));
      Expr placed = Expr.of(new Movement.Pad(spans, whole), apart);
      sum = sum == null ? placed : sum.plus(placed);
    }
    return Functions.slice(sum, 2, depth.before(), depth.before() + depth.extent());
  }

  /** Pooling axes by axes, two at a time: the largest of the largest, the sum of sums. */
  private interface Pooling {
    Expr over(Expr images, WindowGeometry window);
  }

  private static Expr pooled(Expr x, WindowAxis[] windows, Pooling pooling) {
    int last = windows.length - 1;
    WindowAxis columns = windows[last];
    WindowAxis rows = last > 0 ? windows[last - 1] : oneRow();
    int images = x.shape().size() / (rows.extent() * columns.extent());
    Expr pooled =
        pooling.over(
            x.reshape(images, 1, rows.extent(), columns.extent()),
            new WindowGeometry(rows, columns));
    if (last == 2) {
      int depth = windows[0].extent();
      int pixels = rows.outputs() * columns.outputs();
      pooled =
          pooling.over(
              pooled.reshape(images / depth, 1, depth, pixels),
              new WindowGeometry(windows[0], WindowAxis.valid(pixels, 1, 1)));
    }
    Shape result = x.shape();
    for (int axis = 0; axis < windows.length; axis++) {
      result = result.with(axis + 2, windows[axis].outputs());
    }
    return pooled.reshape(result);
  }

  private static List<Operand> maxPool(Call call) {
    Expr x = call.x(0);
    OnnxNode node = call.node();
    WindowAxis[] windows = WindowSettings.of(node, node.integers("kernel_shape")).over(x.shape());
    Operand largest = call.result(pooled(x, windows, Functions::maxPool));
    if (node.outputs().size() < 2) {
      return List.of(largest);
    }
    if (windows.length != 2) {
      throw new UnsupportedNodeException("its indices are known for two axes alone");
    }
    WindowGeometry window = new WindowGeometry(windows[0], windows[1]);
    // Positions go through the same windows by the same choice.
    Expr positions = Expr.constant(Tensor.generate(x.shape(), i -> i));
    if (node.flag("storage_order")) {
      Shape turned = x.shape().with(2, x.shape().extent(3)).with(3, x.shape().extent(2));
      positions = Expr.constant(Tensor.generate(turned, i -> i)).permute(0, 1, 3, 2);
    }
    Expr taps = Expr.of(new Windowing.ArgMaxWindow(window), x);
    Expr indices = Expr.of(new Windowing.GatherWindow(window), positions, taps);
    return List.of(largest, call.result(indices, ElementKind.WHOLE));
  }

  private static Expr averagePool(Call call) {
    Expr x = call.x(0);
    OnnxNode node = call.node();
    WindowSettings settings = WindowSettings.of(node, node.integers("kernel_shape"));
    WindowAxis[] windows = settings.over(x.shape());
    Expr sums =
        pooled(x, windows, (images, window) -> Expr.of(new Windowing.WindowSum(window), images));
    for (int axis = 0; axis < windows.length; axis++) {
      Tensor shares = settings.shares(axis, windows[axis], node.flag("count_include_pad"));
      sums = sums.times(Broadcasts.along(axis + 2, sums.shape().rank(), Expr.constant(shares)));
    }
    return sums;
  }

  /** x / (bias + alpha / size · Σ x²)^beta, the sum over neighbouring channels. */
  private static Expr responseNormalization(Call call) {
    Expr x = call.x(0);
    Shape shape = x.shape();
    OnnxNode node = call.node();
    int size = node.integer("size", 1);
    int channels = shape.extent(1);
    int pixels = shape.inner().inner().size();
    WindowAxis across =
        WindowAxis.padded(channels, size, 1, (size - 1) / 2, size - 1 - (size - 1) / 2);
    WindowGeometry window = new WindowGeometry(across, WindowAxis.valid(pixels, 1, 1));
    Expr squares = x.squared().reshape(shape.extent(0), 1, channels, pixels);
    Expr sums = Expr.of(new Windowing.WindowSum(window), squares).reshape(shape);
    Expr base = sums.times(node.number("alpha", 1e-4) / size).plus(node.number("bias", 1));
    return x.times(base.power(-node.number("beta", 0.75)));
  }
}
