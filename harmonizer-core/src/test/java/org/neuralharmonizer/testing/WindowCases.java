package org.neuralharmonizer.testing;

import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Windows of pooling: strides, dilations, uneven padding, ties and NaN. */
final class WindowCases {
  /** Sums of up to 49 numbers. */
  private static final double OF_SUMS = 2e-6;

  private static final int WINDOWS_PER_CASE = 12;

  private WindowCases() {}

  static List<ConformanceCase> all() {
    return List.of(
        of("windows of few positions", 7), of("windows", 14), of("windows of many positions", 40));
  }

  private static ConformanceCase of(String name, int largest) {
    ConformanceCase each = new ConformanceCase(name);
    IntStream.range(0, WINDOWS_PER_CASE).forEach(i -> add(each, window(each.random(), largest)));
    add(each, new WindowGeometry(WindowAxis.valid(1, 1, 1), WindowAxis.valid(largest, largest, 1)));
    add(each, new WindowGeometry(WindowAxis.same(largest, 3, 2), WindowAxis.same(9, 2, 2)));
    return each;
  }

  private static void add(ConformanceCase each, WindowGeometry window) {
    Shape positions = Shape.of(2, 3, window.rows().extent(), window.columns().extent());
    Shape windows = Shape.of(2, 3, window.rows().outputs(), window.columns().outputs());
    Expr x = each.gaussian(positions.extents());
    Expr y = each.gaussian(windows.extents());
    Expr taps = each.whole(window.taps(), windows.extents());
    each.near(OF_SUMS, "window sum, " + window, Expr.of(new Windowing.WindowSum(window), x));
    each.near(OF_SUMS, "window spread, " + window, Expr.of(new Windowing.WindowSpread(window), y));
    each.exact("gather, " + window, Expr.of(new Windowing.GatherWindow(window), x, taps));
    each.near(OF_SUMS, "scatter, " + window, Expr.of(new Windowing.ScatterWindow(window), y, taps));
    Expr ties = each.input(tiesAndNaN(positions, each.random()));
    Expr largest = Expr.of(new Windowing.ArgMaxWindow(window), ties);
    each.exact("arg max, " + window, largest);
    each.exact("maximum, " + window, Expr.of(new Windowing.GatherWindow(window), ties, largest));
  }

  private static Tensor tiesAndNaN(Shape shape, SeededRandom random) {
    return Tensor.generate(
        shape, i -> random.nextInt(20) == 0 ? Double.NaN : random.nextInt(4) - 5);
  }

  private static WindowGeometry window(SeededRandom random, int largest) {
    return new WindowGeometry(axis(random, largest), axis(random, largest));
  }

  private static WindowAxis axis(SeededRandom random, int largest) {
    while (true) {
      int extent = 1 + random.nextInt(largest);
      int kernel = 1 + random.nextInt(Math.min(7, largest));
      int dilation = 1 + random.nextInt(2);
      int before = random.nextInt(4);
      int after = random.nextInt(4);
      if ((kernel - 1) * dilation + 1 <= extent + before + after) {
        return new WindowAxis(extent, kernel, 1 + random.nextInt(3), dilation, before, after);
      }
    }
  }
}
