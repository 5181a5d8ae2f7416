package org.neuralharmonizer.expr;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.Contraction.MatMul;
import org.neuralharmonizer.expr.Contraction.Reading;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** What somebody reads who made a mistake. */
class ShapeErrorsTest {
  private static final WindowGeometry WINDOW =
      new WindowGeometry(WindowAxis.padded(6, 3, 2, 1, 1), WindowAxis.valid(5, 2, 1));

  static Stream<Arguments> mistakes() {
    Expr image = x(2, 4, 6, 5);
    ConvGeometry plain = new ConvGeometry(WINDOW, 1);
    ConvGeometry grouped = new ConvGeometry(WINDOW, 3);
    return Stream.of(
        row(
            () -> x(2, 3).plus(x(2, 4)),
            "add: shapes [2, 3] and [2, 4] do not match — axes must agree or be 1, counted from"
                + " the innermost"),
        row(
            () -> Expr.of(new Arithmetic.Multiply(), x(2, 3), x(3)),
            "multiply: operands differ in shape [[2, 3], [3]] — broadcast them first"),
        row(
            () -> x(2, 3).broadcastTo(Shape.of(3, 2)),
            "broadcast: shape [2, 3] does not repeat to [3, 2] — axes must agree or be 1, counted"
                + " from the innermost"),
        row(() -> x(2, 3).reshape(7), "reshape: [2, 3] has 6 elements, [7] has 7"),
        row(
            () -> x(2, 3).permute(0, 0),
            "permute: [0, 0] is not an order of the axes of shape [2, 3]"),
        row(() -> x(2, 3).sum(2), "axis 2 of a shape of rank 2 [2, 3]"),
        row(
            () -> Expr.of(new Reduction.Sum(List.of(1, 0)), x(2, 3)),
            "sum: axes [1, 0] of shape [2, 3] must ascend and exist"),
        row(
            () -> Functions.slice(x(2, 3), 1, 2, 5),
            "slice: positions [Span[start=0, step=1, count=2], Span[start=2, step=1, count=3]]"
                + " leave shape [2, 3]"),
        row(
            () -> Span.range(3, 1),
            "span: start and count must not be negative and step at least 1 (start 3, step 1,"
                + " count -2)"),
        row(
            () -> Expr.of(new Movement.Pad(List.of(Span.all(3)), Shape.of(5)), x(2)),
            "pad: shape [2] does not fill the positions [Span[start=0, step=1, count=3]]"),
        row(
            () -> Functions.concat(1, x(2, 3), x(3, 3)),
            "concat: shapes [[2, 3], [3, 3]] may differ along axis 1 only"),
        row(
            () -> Expr.of(new Movement.GatherRows(), x(4, 2), x(2, 2)),
            "gather rows: the index must have rank 1, not [2, 2]"),
        row(
            () -> Expr.of(new Movement.ScatterRows(5), x(4, 2), x(3)),
            "scatter rows: one index per row is needed, got [[4, 2], [3]]"),
        row(
            () -> x(2, 3).matmul(x(2, 3)),
            "matmul: [2, 3] (AS_STORED) and [2, 3] (AS_STORED) do not multiply"),
        row(
            () ->
                Expr.of(new MatMul(Reading.TRANSPOSED, Reading.AS_STORED), x(2, 3, 4), x(3, 3, 4)),
            "matmul: [2, 3, 4] (TRANSPOSED) and [3, 3, 4] (AS_STORED) do not multiply"),
        row(
            () -> Functions.conv2d(image, x(8, 3, 3, 2), plain),
            "conv2d: input has 4 channels, filter expects 3 (input [2, 4, 6, 5], filter [8, 3, 3,"
                + " 2], groups 1)"),
        row(
            () -> Functions.conv2d(x(2, 4, 6, 6), x(8, 4, 3, 2), plain),
            "conv2d: input is [2, 4, 6, 6], the geometry expects N × C × 6 × 5"),
        row(
            () -> Functions.conv2d(image, x(8, 4, 3, 3), plain),
            "conv2d: filter is [8, 4, 3, 3], the geometry expects O × C/groups × 3 × 2"),
        row(
            () -> Functions.conv2d(image, x(6, 1, 3, 2), grouped),
            "conv2d: 4 input channels do not divide into 3 groups (input [2, 4, 6, 5])"),
        row(
            () -> Functions.conv2d(x(2, 3, 6, 5), x(8, 1, 3, 2), grouped),
            "conv2d: 8 filters do not divide into 3 groups (filter [8, 1, 3, 2])"),
        row(
            () -> Expr.of(new Convolution.Conv2dInput(plain), x(2, 8, 4, 4), x(8, 4, 3, 2)),
            "conv2d input: output is [2, 8, 4, 4], the geometry and filter expect N × 8 × 3 × 4"),
        row(
            () -> Expr.of(new Convolution.Conv2dFilter(plain), image, x(3, 8, 3, 4)),
            "conv2d filter: input [2, 4, 6, 5] and output [3, 8, 3, 4] do not belong together at 1"
                + " groups"),
        row(() -> new ConvGeometry(WINDOW, 0), "convolution: groups must be at least 1, not 0"),
        row(
            () -> Functions.maxPool(x(2, 4, 6, 6), WINDOW),
            "arg max window: operand is [2, 4, 6, 6], the windows slide over N × C × 6 × 5"),
        row(
            () -> Expr.of(new Windowing.WindowSpread(WINDOW), x(2, 4, 6, 5)),
            "window spread: operand is [2, 4, 6, 5], there are N × C × 3 × 4 windows"),
        row(
            () -> Expr.of(new Windowing.GatherWindow(WINDOW), image, x(2, 4, 3, 3)),
            "gather window: one tap per window is needed, windows [2, 4, 3, 4], taps [2, 4, 3,"
                + " 3]"),
        row(
            () -> WindowAxis.valid(4, 5, 1),
            "window: 5 taps at dilation 1 span 5 positions, the padded input has 4 — pad more or"
                + " use a smaller window"),
        row(
            () -> WindowAxis.padded(4, 2, 0, 1, 1),
            "window: extent, kernel, stride and dilation must be at least 1 and padding not"
                + " negative (extent 4, kernel 2, stride 0, dilation 1, padding 1 and 1)"),
        row(
            () -> Expr.of(new Comparison.ArgMax(), x(2, 0)),
            "arg max: nothing to choose from in shape [2, 0]"),
        row(
            () ->
                Functions.averagePool(
                    x(1, 1, 4, 4),
                    new WindowGeometry(WindowAxis.valid(4, 2, 1), WindowAxis.padded(4, 2, 2, 0, 2)),
                    Functions.PaddingCount.EXCLUDED),
            "average pool: window 2 along the columns lies wholly in the padding, which is excluded"
                + " (2 over 4 stride 2 padded 0 + 2) — pad less, or include the padding"),
        row(
            () -> Functions.resizeBilinear(x(3), 2, 2),
            "resize: needs rows and columns, got shape [3]"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  void saysWhatIsWrongWithWhichShapes(Supplier<Object> mistake, String message) {
    assertThatThrownBy(mistake::get).isInstanceOf(ShapeException.class).hasMessage(message);
  }

  private static Arguments row(Supplier<Object> mistake, String message) {
    return Arguments.of(mistake, message);
  }

  private static Expr x(int... extents) {
    return Expr.input("x", Shape.of(extents));
  }
}
