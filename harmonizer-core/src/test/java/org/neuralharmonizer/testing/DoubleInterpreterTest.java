package org.neuralharmonizer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.neuralharmonizer.testing.DoubleInterpreter.evaluate;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.Shape;

/** Values worked out by hand, and the corners that the primitives' documentation promises. */
class DoubleInterpreterTest {
  private static final double NAN = Double.NaN;

  @Test
  void comparesNanAndSignedZeroAsDocumented() {
    Expr x = Expr.input("x", Shape.of(4));
    Expr y = Expr.input("y", Shape.of(4));
    Map<Expr, double[]> values =
        Map.of(x, new double[] {NAN, -0.0, -2, 3}, y, new double[] {NAN, 0.0, -3, 3});
    List<double[]> results =
        evaluate(
            List.of(x.step(), x.sign(), x.greater(y), Expr.of(new Comparison.Equal(), x, y)),
            values);
    assertThat(results.get(0)).containsExactly(0, 0, 0, 1);
    assertThat(results.get(1)).usingComparatorWithPrecision(0.0).containsExactly(NAN, 0, -1, 1);
    assertThat(results.get(2)).containsExactly(0, 0, 1, 0);
    assertThat(results.get(3)).containsExactly(0, 1, 0, 1);
  }

  @Test
  void selectLetsNoNanThrough() {
    Expr x = Expr.input("x", Shape.of(2));
    Expr chosen = Expr.of(new Arithmetic.Select(), x.step(), x, Expr.filled(Shape.of(2), 7));
    assertThat(evaluate(List.of(chosen), Map.of(x, new double[] {NAN, 2})).get(0))
        .containsExactly(7, 2);
  }

  @Test
  void argMaxTakesTheFirstOfEqualsAndTheFirstNan() {
    Expr x = Expr.input("x", Shape.of(2, 4));
    Expr index = Expr.of(new Comparison.ArgMax(), x);
    assertThat(
            evaluate(List.of(index), Map.of(x, new double[] {1, 5, 5, 0, 9, NAN, 3, NAN})).get(0))
        .containsExactly(1, 1);
  }

  @Test
  void argMaxOfAWindowNeverChoosesPadding() {
    Expr x = Expr.input("x", Shape.of(1, 1, 2, 2));
    WindowAxis axis = WindowAxis.padded(2, 3, 1, 1, 1);
    WindowGeometry window = new WindowGeometry(axis, axis);
    Expr taps = Expr.of(new Windowing.ArgMaxWindow(window), x);
    Expr pooled = Functions.maxPool(x, window);
    List<double[]> results =
        evaluate(List.of(taps, pooled), Map.of(x, new double[] {-4, -3, -2, -2}));
    assertThat(results.get(0)).containsExactly(7, 6, 4, 3);
    assertThat(results.get(1)).containsExactly(-2, -2, -2, -2);
  }

  @Test
  void convolvesWithUnevenPaddingStrideAndGroups() {
    ConvGeometry geometry =
        new ConvGeometry(
            new WindowGeometry(WindowAxis.valid(1, 1, 1), WindowAxis.padded(4, 3, 2, 0, 1)), 2);
    Expr x = Expr.input("x", Shape.of(1, 2, 1, 4));
    Expr w = Expr.input("w", Shape.of(2, 1, 1, 3));
    Map<Expr, double[]> values =
        Map.of(x, new double[] {1, 2, 3, 4, 5, 6, 7, 8}, w, new double[] {1, 10, 100, 1, -1, 2});
    assertThat(evaluate(List.of(Functions.conv2d(x, w, geometry)), values).get(0))
        .containsExactly(321, 43, 13, -1);
  }

  @Test
  void namesTheInputThatHasNoValue() {
    Expr x = Expr.input("image", Shape.of(2, 3));
    assertThatThrownBy(() -> evaluate(List.of(x.exp()), Map.of()))
        .hasMessage("evaluate: no value for input \"image\" [2, 3] — supply one");
    assertThatThrownBy(() -> evaluate(List.of(x.exp()), Map.of(x, new double[5])))
        .hasMessage("evaluate: input \"image\" [2, 3] needs 6 values, got 5");
  }
}
