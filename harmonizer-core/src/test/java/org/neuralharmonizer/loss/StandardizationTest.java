package org.neuralharmonizer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.testing.Differences;

final class StandardizationTest {
  private static final List<Standardization> BOTH =
      List.of(Standardization.asReleased(), Standardization.relative(1e-3));

  private final Expr maps = Expr.input("maps", Shape.of(2, 3, 4));

  @Test
  void usesThePopulationDeviationAndAddsEpsilon() {
    Expr pair = Expr.input("maps", Shape.of(1, 1, 2));
    double[] z =
        Differences.evaluate(
            new Standardization(0.5, Standardization.Scale.ABSOLUTE).standardize(pair),
            Map.of(pair, new double[] {1, 3}));
    assertThat(z).containsExactly(-1 / 1.5, 1 / 1.5);
    double[] relative =
        Differences.evaluate(
            Standardization.relative(0.5).positivePart(pair), Map.of(pair, new double[] {1, 3}));
    // The deviation is 1 and the root mean square √5.
    assertThat(relative)
        .containsExactly(new double[] {0, 1 / (1 + 0.5 * Math.sqrt(5))}, within(1e-14));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7, -3.1e-9, 1e-40, 1e20})
  void aConstantMapGivesZeroWithGradientZero(double constant) {
    double[] values = new double[maps.shape().size()];
    Arrays.fill(values, constant);
    for (Standardization each : BOTH) {
      Expr positive = each.positivePart(maps);
      Expr gradient = Derivatives.grad(positive.sum(), maps);
      Expr curvature = Derivatives.grad(gradient.squared().sum(), maps);
      for (Expr result : List.of(each.standardize(maps), positive, gradient, curvature)) {
        assertThat(Differences.evaluate(result, Map.of(maps, values))).containsOnly(0);
      }
    }
  }

  @Test
  void followsDifferencesToSecondOrder() {
    Map<Expr, double[]> values = Map.of(maps, Differences.random(maps.shape(), 3));
    for (Standardization each : BOTH) {
      Differences.check(each.standardize(maps), List.of(maps), values);
      Differences.check(each.positivePart(maps), List.of(maps), values);
    }
  }

  @Test
  void relativeEpsilonIgnoresTheScale() {
    double[] values = Differences.random(maps.shape(), 3);
    double[] small = Arrays.stream(values).map(x -> x * 0x1p-100).toArray();
    Expr z = Standardization.relative(1e-5).standardize(maps);
    // A power of two changes no digit, so results are equal to the last bit.
    assertThat(Differences.evaluate(z, Map.of(maps, small)))
        .containsExactly(Differences.evaluate(z, Map.of(maps, values)));
    Expr shrinking = Standardization.asReleased().standardize(maps);
    assertThat(Differences.evaluate(shrinking, Map.of(maps, small))[0]).isCloseTo(0, within(1e-20));
  }

  @Test
  void epsilonIsPositive() {
    assertThatThrownBy(() -> Standardization.relative(0))
        .hasMessage("standardization: epsilon must be positive, not 0.0");
    assertThatThrownBy(() -> Standardization.asReleased().standardize(Expr.zeros(Shape.of(3, 4))))
        .hasMessage("standardization: maps are [3, 4], expected N × H × W");
  }
}
