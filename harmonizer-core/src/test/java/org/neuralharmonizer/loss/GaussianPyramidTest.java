package org.neuralharmonizer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;

final class GaussianPyramidTest {
  private static final int[] BINOMIAL = {1, 4, 6, 4, 1};
  // Only double rounding separates both sides; the taps are exact in binary.
  private static final double EXACT = 1e-14;

  @ParameterizedTest
  @CsvSource({"32, 20", "33, 47", "7, 5", "2, 1", "1, 1"})
  void isTheSquareFilterAtEverySecondPixel(int height, int width) {
    Expr maps = Expr.input("maps", Shape.of(2, height, width));
    Expr square =
        Expr.constant(
            Tensor.generate(Shape.of(1, 1, 5, 5), i -> BINOMIAL[i / 5] * BINOMIAL[i % 5] / 256.0));
    ConvGeometry geometry =
        new ConvGeometry(
            new WindowGeometry(WindowAxis.same(height, 5, 2), WindowAxis.same(width, 5, 2)), 1);
    Expr expected = Functions.conv2d(maps.reshape(2, 1, height, width), square, geometry);
    Expr level = GaussianPyramid.of().levels(maps, 2).get(1);
    Map<Expr, double[]> values = Map.of(maps, Differences.random(maps.shape(), 1));

    assertThat(level.shape()).isEqualTo(Shape.of(2, (height + 1) / 2, (width + 1) / 2));
    assertThat(Differences.evaluate(level, values))
        .containsExactly(Differences.evaluate(expected, values), within(EXACT));
    Differences.check(level, List.of(maps), values);
  }

  @Test
  void paddingWeakensTheBordersUnevenly() {
    Expr maps = Expr.filled(Shape.of(1, 8, 8), 1);
    double[] level = Differences.evaluate(GaussianPyramid.of().levels(maps, 2).get(1), Map.of());
    assertThat(level[5]).isEqualTo(1);
    assertThat(level[1]).isEqualTo(15 / 16.0);
    assertThat(level[13]).isEqualTo(11 / 16.0);
  }

  @Test
  void levelOneIsTheMap() {
    Expr maps = Expr.input("maps", Shape.of(1, 224, 224));
    List<Expr> levels = GaussianPyramid.of().levels(maps, 6);
    assertThat(levels.get(0)).isSameAs(maps);
    assertThat(levels.stream().map(each -> each.shape().extent(1)))
        .containsExactly(224, 112, 56, 28, 14, 7);
    assertThatThrownBy(() -> GaussianPyramid.of().levels(maps, 0))
        .hasMessage(
            "pyramid: maps are [1, 224, 224], levels 0 — expected N × H × W and at least 1 level");
  }
}
