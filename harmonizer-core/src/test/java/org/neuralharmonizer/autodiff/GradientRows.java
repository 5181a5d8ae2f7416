package org.neuralharmonizer.autodiff;

import static org.neuralharmonizer.autodiff.GradientRow.Range.ANY;
import static org.neuralharmonizer.autodiff.GradientRow.Range.AWAY_FROM_ZERO;
import static org.neuralharmonizer.autodiff.GradientRow.Range.DISTINCT;
import static org.neuralharmonizer.autodiff.GradientRow.Range.POSITIVE;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Contraction.MatMul;
import org.neuralharmonizer.expr.Contraction.Reading;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Functions.PaddingCount;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** The gradient table: every primitive with a derivative, and every function composed of them. */
public final class GradientRows {
  private GradientRows() {}

  /** All rows; every call makes new expressions. */
  public static List<GradientRow> all() {
    List<GradientRow> rows = new ArrayList<>();
    addElementwise(rows);
    addArithmetic(rows);
    addReductions(rows);
    addMovements(rows);
    addWindows(rows);
    addProducts(rows);
    addConvolutions(rows);
    addActivations(rows);
    addCompositions(rows);
    return rows;
  }

  private static void addElementwise(List<GradientRow> rows) {
    rows.add(GradientRow.of("exp", ANY, Expr::exp, 2, 3));
    rows.add(GradientRow.of("log", POSITIVE, Expr::log, 2, 3));
    rows.add(GradientRow.of("sqrt", POSITIVE, Expr::sqrt, 2, 3));
    rows.add(GradientRow.of("reciprocal", AWAY_FROM_ZERO, Expr::reciprocal, 2, 3));
    rows.add(GradientRow.of("tanh", ANY, Expr::tanh, 2, 3));
    rows.add(GradientRow.of("erf", ANY, Expr::erf, 2, 3));
    for (double exponent : new double[] {2.5, -1.5, 0.5}) {
      rows.add(GradientRow.of("power " + exponent, POSITIVE, x -> x.power(exponent), 2, 3));
    }
    for (double exponent : new double[] {0, 1, 2, 3}) {
      rows.add(GradientRow.of("power " + exponent, ANY, x -> x.power(exponent), 2, 3));
    }
  }

  private static void addArithmetic(List<GradientRow> rows) {
    Shape shape = Shape.of(2, 3);
    rows.add(GradientRow.of("add", x -> x.get(0).plus(x.get(1)), shape, shape));
    rows.add(GradientRow.of("add to itself", ANY, x -> x.plus(x), 2, 3));
    rows.add(GradientRow.of("scale", ANY, x -> x.times(-2.5), 2, 3));
    rows.add(GradientRow.of("multiply", x -> x.get(0).times(x.get(1)), shape, shape));
    rows.add(GradientRow.of("multiply by itself", ANY, Expr::squared, 2, 3));
    rows.add(
        GradientRow.of("subtract, repeated", x -> x.get(0).minus(x.get(1)), shape, Shape.of(3)));
    Expr mask = Expr.constant(Tensor.of(shape, 1, 0, 0, -2, Float.NaN, 0));
    Function<List<Expr>, Expr> select =
        x -> Expr.of(new Arithmetic.Select(), mask, x.get(0), x.get(1));
    rows.add(GradientRow.of("select", select, shape, shape));
    rows.add(
        GradientRow.of(
            "select by itself",
            AWAY_FROM_ZERO,
            x -> Functions.select(x.step(), x.squared(), x.exp()),
            2,
            3));
    rows.add(
        GradientRow.of(
            "divide",
            x -> x.get(0).dividedBy(x.get(1).squared().plus(1)),
            Shape.of(2, 3),
            Shape.of(2, 1)));
    rows.add(GradientRow.of("detach", ANY, x -> x.plus(x.detached().minus(x.detached())), 2, 3));
  }

  private static void addReductions(List<GradientRow> rows) {
    rows.add(GradientRow.of("sum of all", ANY, x -> x.sum(), 2, 3, 4));
    rows.add(GradientRow.of("sum, outer and inner", ANY, x -> x.sum(0, -1), 2, 3, 4));
    rows.add(GradientRow.of("sum, middle, keeping", ANY, x -> x.sumKeeping(1), 2, 3, 4));
    rows.add(GradientRow.of("sum over extent 1", ANY, x -> x.sum(1), 2, 1, 4));
    rows.add(GradientRow.of("mean", ANY, x -> x.mean(1, 2), 2, 3, 4));
    rows.add(GradientRow.of("mean, keeping", ANY, x -> x.meanKeeping(0), 2, 3, 4));
    rows.add(GradientRow.of("variance", ANY, x -> Functions.varianceKeeping(x, 0, 2), 2, 3, 4));
  }

  private static void addMovements(List<GradientRow> rows) {
    rows.add(GradientRow.of("broadcast a scalar", ANY, x -> x.broadcastTo(Shape.of(2, 3))));
    rows.add(GradientRow.of("broadcast", ANY, x -> x.broadcastTo(Shape.of(2, 3, 5, 4)), 3, 1, 4));
    rows.add(
        GradientRow.of(
            "broadcast, extent 1 stays", ANY, x -> x.broadcastTo(Shape.of(2, 1, 4)), 1, 4));
    rows.add(GradientRow.of("reshape", ANY, x -> x.reshape(4, 6), 2, 3, 4));
    rows.add(GradientRow.of("permute", ANY, x -> x.permute(2, 0, 3, 1), 2, 3, 4, 5));
    List<Span> spans = List.of(new Span(1, 2, 3), new Span(0, 3, 2));
    rows.add(
        GradientRow.of(
            "pad with gaps", ANY, x -> Expr.of(new Movement.Pad(spans, Shape.of(7, 5)), x), 3, 2));
    rows.add(
        GradientRow.of("slice with steps", ANY, x -> Expr.of(new Movement.Slice(spans), x), 7, 5));
    rows.add(
        GradientRow.of(
            "pad", ANY, x -> Functions.pad(x, new int[] {0, 1}, new int[] {3, 2}), 2, 3));
    rows.add(GradientRow.of("slice", ANY, x -> Functions.slice(x, -1, 1, 4), 2, 5));
    rows.add(
        GradientRow.of(
            "concat",
            x -> Functions.concat(1, x.get(0), x.get(1), x.get(0)),
            Shape.of(2, 3, 2),
            Shape.of(2, 1, 2)));
    Expr rowsOf = Expr.constant(Tensor.of(Shape.of(4), 2, 0, 2, 1));
    rows.add(
        GradientRow.of(
            "gather rows", ANY, x -> Expr.of(new Movement.GatherRows(), x, rowsOf), 4, 2, 3));
    rows.add(
        GradientRow.of(
            "scatter rows", ANY, x -> Expr.of(new Movement.ScatterRows(5), x, rowsOf), 4, 2, 3));
  }

  private static Map<String, WindowGeometry> windows() {
    Map<String, WindowGeometry> windows = new LinkedHashMap<>();
    windows.put("2 × 2", geometry(WindowAxis.valid(7, 2, 2), WindowAxis.valid(6, 2, 2)));
    windows.put(
        "3 × 3 overlapping",
        geometry(WindowAxis.padded(7, 3, 2, 1, 1), WindowAxis.padded(6, 3, 2, 1, 1)));
    windows.put(
        "ceiling", geometry(WindowAxis.ceiling(7, 2, 2, 0), WindowAxis.ceiling(6, 3, 2, 1)));
    windows.put(
        "dilated, uneven",
        geometry(WindowAxis.padded(7, 2, 1, 0, 2).dilated(2), WindowAxis.padded(6, 2, 3, 1, 0)));
    return windows;
  }

  private static void addWindows(List<GradientRow> rows) {
    windows()
        .forEach(
            (name, window) -> {
              int height = window.rows().outputs();
              int width = window.columns().outputs();
              Expr taps =
                  Expr.constant(
                      Tensor.generate(Shape.of(2, 2, height, width), i -> i % window.taps()));
              addWindow(rows, "window sum " + name, x -> sum(window, x), 7, 6);
              addWindow(
                  rows,
                  "window spread " + name,
                  x -> Expr.of(new Windowing.WindowSpread(window), x),
                  height,
                  width);
              addWindow(
                  rows,
                  "scatter window " + name,
                  x -> Expr.of(new Windowing.ScatterWindow(window), x, taps),
                  height,
                  width);
              addWindow(
                  rows,
                  "gather window " + name,
                  x -> Expr.of(new Windowing.GatherWindow(window), x, taps),
                  7,
                  6);
              rows.add(
                  GradientRow.of(
                      "max pool " + name, DISTINCT, x -> Functions.maxPool(x, window), 2, 2, 7, 6));
              for (PaddingCount count : PaddingCount.values()) {
                addWindow(
                    rows,
                    "average pool " + name + ", padding " + count,
                    x -> Functions.averagePool(x, window, count),
                    7,
                    6);
              }
            });
  }

  private static Expr sum(WindowGeometry window, Expr x) {
    return Expr.of(new Windowing.WindowSum(window), x);
  }

  private static void addWindow(
      List<GradientRow> rows, String name, Function<Expr, Expr> function, int height, int width) {
    rows.add(GradientRow.of(name, ANY, function, 2, 2, height, width));
  }

  private static void addProducts(List<GradientRow> rows) {
    for (Reading left : Reading.values()) {
      for (Reading right : Reading.values()) {
        Shape a = left == Reading.AS_STORED ? Shape.of(2, 3, 4) : Shape.of(2, 4, 3);
        Shape b = right == Reading.AS_STORED ? Shape.of(2, 4, 5) : Shape.of(2, 5, 4);
        MatMul product = new MatMul(left, right);
        rows.add(GradientRow.of("matmul " + left + ", " + right, x -> Expr.of(product, x), a, b));
      }
    }
    rows.add(
        GradientRow.of("matmul", x -> x.get(0).matmul(x.get(1)), Shape.of(3, 4), Shape.of(4, 2)));
    rows.add(
        GradientRow.of(
            "matmul transposed",
            x -> x.get(0).matmulTransposed(x.get(1)),
            Shape.of(3, 4),
            Shape.of(2, 4)));
    rows.add(GradientRow.of("matmul by itself", ANY, x -> x.matmulTransposed(x), 3, 4));
  }

  /** A geometry with the channels to try it with. */
  private record Trio(String name, ConvGeometry geometry, int inputs, int outputs) {
    Shape input() {
      return Shape.of(2, inputs, rows().extent(), columns().extent());
    }

    Shape filter() {
      return Shape.of(outputs, inputs / geometry.groups(), rows().kernel(), columns().kernel());
    }

    Shape output() {
      return Shape.of(2, outputs, rows().outputs(), columns().outputs());
    }

    private WindowAxis rows() {
      return geometry.rows();
    }

    private WindowAxis columns() {
      return geometry.columns();
    }
  }

  private static List<Trio> trios() {
    return List.of(
        trio("3 × 3", 1, 3, 2, WindowAxis.padded(5, 3, 1, 1, 1), WindowAxis.padded(4, 3, 1, 1, 1)),
        trio("SAME, stride 2", 1, 2, 3, WindowAxis.same(6, 3, 2), WindowAxis.same(7, 3, 2)),
        trio(
            "uneven padding, stride 2",
            1,
            2,
            2,
            WindowAxis.padded(6, 3, 2, 0, 2),
            WindowAxis.padded(5, 4, 2, 3, 1)),
        trio(
            "5 × 3, strides (2, 1)",
            1,
            2,
            2,
            WindowAxis.padded(7, 5, 2, 2, 2),
            WindowAxis.valid(6, 3, 1)),
        trio(
            "dilated",
            1,
            2,
            2,
            WindowAxis.padded(7, 3, 1, 2, 2).dilated(2),
            WindowAxis.padded(6, 2, 2, 1, 3).dilated(3)),
        trio(
            "2 groups, stride 2",
            2,
            4,
            6,
            WindowAxis.padded(5, 3, 2, 1, 0),
            WindowAxis.padded(4, 3, 1, 1, 1)),
        trio(
            "depthwise",
            3,
            3,
            3,
            WindowAxis.padded(5, 3, 2, 1, 1),
            WindowAxis.padded(6, 5, 1, 2, 2)),
        trio(
            "depthwise, 2 filters each",
            2,
            2,
            4,
            WindowAxis.valid(4, 2, 1),
            WindowAxis.valid(5, 3, 2)),
        trio("1 × 1, stride 2", 1, 3, 2, WindowAxis.valid(5, 1, 2), WindowAxis.valid(6, 1, 2)),
        trio(
            "windows in the padding, last column unread",
            1,
            2,
            2,
            WindowAxis.padded(3, 2, 1, 3, 2),
            WindowAxis.valid(6, 2, 3)));
  }

  private static Trio trio(
      String name, int groups, int inputs, int outputs, WindowAxis rows, WindowAxis columns) {
    return new Trio(name, new ConvGeometry(geometry(rows, columns), groups), inputs, outputs);
  }

  private static void addConvolutions(List<GradientRow> rows) {
    for (Trio trio : trios()) {
      ConvGeometry geometry = trio.geometry();
      rows.add(
          GradientRow.of(
              "conv2d " + trio.name(),
              x -> Functions.conv2d(x.get(0), x.get(1), geometry),
              trio.input(),
              trio.filter()));
      rows.add(
          GradientRow.of(
              "conv2d input " + trio.name(),
              x -> Expr.of(new Convolution.Conv2dInput(geometry), x),
              trio.output(),
              trio.filter()));
      rows.add(
          GradientRow.of(
              "conv2d filter " + trio.name(),
              x -> Expr.of(new Convolution.Conv2dFilter(geometry), x),
              trio.input(),
              trio.output()));
    }
  }

  private static void addActivations(List<GradientRow> rows) {
    Map<String, Function<Expr, Expr>> kinked = new LinkedHashMap<>();
    kinked.put("relu", Functions::relu);
    kinked.put("relu6", x -> Functions.relu6(x.times(5)));
    kinked.put("minimum", x -> Functions.minimum(x, 0.1));
    kinked.put("leaky relu", x -> Functions.leakyRelu(x, 0.1));
    kinked.put("elu", Functions::elu);
    kinked.put("absolute", Functions::absolute);
    kinked.put("hard sigmoid", x -> Functions.hardSigmoid(x.times(3)));
    kinked.put("hard swish", x -> Functions.hardSwish(x.times(3)));
    kinked.put("softplus", Functions::softplus);
    kinked.put("mish", Functions::mish);
    kinked.forEach((name, f) -> rows.add(GradientRow.of(name, AWAY_FROM_ZERO, f, 3, 4)));
    Map<String, Function<Expr, Expr>> smooth = new LinkedHashMap<>();
    smooth.put("sigmoid", Functions::sigmoid);
    smooth.put("swish", Functions::swish);
    smooth.put("gelu", Functions::gelu);
    smooth.put("gelu, tanh", Functions::geluTanh);
    smooth.forEach((name, f) -> rows.add(GradientRow.of(name, ANY, f, 3, 4)));
    rows.add(GradientRow.of("guarded sqrt", AWAY_FROM_ZERO, Functions::guardedSqrt, 3, 4));
  }

  private static void addCompositions(List<GradientRow> rows) {
    rows.add(GradientRow.of("max", DISTINCT, x -> Functions.maxKeeping(x, 0, 2), 2, 3, 4));
    rows.add(GradientRow.of("softmax", ANY, x -> Functions.softmax(x, 1), 2, 5));
    rows.add(GradientRow.of("softmax, outer axis", ANY, x -> Functions.softmax(x, 1), 2, 3, 4));
    rows.add(GradientRow.of("log softmax", ANY, x -> Functions.logSoftmax(x, -1), 2, 5));
    rows.add(GradientRow.of("global average", ANY, Functions::globalAverage, 2, 3, 4, 5));
    rows.add(GradientRow.of("resize up", ANY, x -> Functions.resizeBilinear(x, 5, 7), 2, 3, 4));
    rows.add(GradientRow.of("resize down", ANY, x -> Functions.resizeBilinear(x, 2, 3), 2, 5, 7));
  }

  private static WindowGeometry geometry(WindowAxis rows, WindowAxis columns) {
    return new WindowGeometry(rows, columns);
  }
}
