package org.neuralharmonizer.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.testing.DoubleInterpreter;

/**
 * Derivatives of orders 1 and 2, in both modes, against central differences along random directions
 * in double precision.
 *
 * <p>With v random, each row's function y becomes the scalar s = ⟨v, y + y²/2⟩ of its inputs and v:
 * the square lets second derivatives pass through linear functions too.
 */
class GradientTableTest {
  private static final double STEP = 1e-5;
  // Truncation is of the order of the squared step, 1e-10, rounding of 1e-16 / step = 1e-11, both
  // times sums over some hundred products and third derivatives of order 10.
  private static final double AGAINST_DIFFERENCES = 1e-6;
  // The same sums in other orders.
  private static final double AGAINST_EACH_OTHER = 1e-11;

  static List<GradientRow> rows() {
    List<GradientRow> rows = new ArrayList<>(GradientRows.all());
    rows.add(
        GradientRow.of(
            "sum over one share",
            GradientRow.Range.ANY,
            x -> Expr.of(new Reduction.ShareSum(), x),
            2,
            3));
    return rows;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void modesAreAdjoint(GradientRow row) {
    Point point = new Point(row);
    List<Expr> directions = point.like(row.inputs());
    Expr tangent = Derivatives.jvp(row.output(), row.inputs(), directions);
    List<Expr> cotangents = Derivatives.vjp(row.output(), row.inputs(), point.v);
    double forward = point.value(tangent.times(point.v).sum());
    double reverse = point.value(dot(cotangents, directions));
    agree(row, reverse, forward, AGAINST_EACH_OTHER);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void firstOrderFollowsDifferences(GradientRow row) {
    Point point = new Point(row);
    point.check(point.scalar());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void secondOrderFollowsDifferences(GradientRow row) {
    Point point = new Point(row);
    Expr scalar = point.scalar();
    List<Expr> directions = point.like(point.variables);
    Expr reverse = dot(Derivatives.grad(scalar, point.variables), directions);
    Expr forward = Derivatives.jvp(scalar, point.variables, directions);
    agree(row, point.value(reverse), point.value(forward), AGAINST_EACH_OTHER);
    point.check(reverse);
    point.check(forward);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void hessianIsSymmetricAndTheSameByEveryRoute(GradientRow row) {
    Point point = new Point(row);
    Expr scalar = point.scalar();
    List<Expr> u = point.like(point.variables);
    List<Expr> w = point.like(point.variables);
    Expr alongU = Derivatives.jvp(scalar, point.variables, u);
    double product = point.value(dot(Derivatives.hvp(scalar, point.variables, u), w));
    double mirrored = point.value(dot(Derivatives.hvp(scalar, point.variables, w), u));
    double gradOfJvp = point.value(dot(Derivatives.grad(alongU, point.variables), w));
    double jvpOfJvp = point.value(Derivatives.jvp(alongU, point.variables, w));
    Expr reverse = dot(Derivatives.grad(scalar, point.variables), u);
    double gradOfGrad = point.value(dot(Derivatives.grad(reverse, point.variables), w));
    for (double other : new double[] {mirrored, gradOfJvp, jvpOfJvp, gradOfGrad}) {
      agree(row, other, product, AGAINST_EACH_OTHER);
    }
  }

  @Test
  void everyPrimitiveWithADerivativeOccurs() {
    Set<Class<?>> seen = new HashSet<>();
    for (GradientRow row : rows()) {
      Graph.ordered(List.of(row.output())).forEach(each -> seen.add(each.primitive().getClass()));
    }
    assertThat(seen).containsAll(permitted(Primitive.Smooth.class));
    assertThat(seen).containsAll(permitted(Primitive.Linear.class));
    assertThat(seen).containsAll(permitted(Primitive.Bilinear.class));
  }

  private static List<Class<?>> permitted(Class<?> kind) {
    return Arrays.asList(kind.getPermittedSubclasses());
  }

  private static Expr dot(List<Expr> a, List<Expr> b) {
    Expr sum = Expr.literal(0);
    for (int i = 0; i < a.size(); i++) {
      sum = sum.plus(a.get(i).times(b.get(i)).sum());
    }
    return sum;
  }

  private static void agree(GradientRow row, double actual, double expected, double tolerance) {
    assertThat(actual)
        .as("%s, seed %d", row.name(), seed(row))
        .isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
  }

  private static long seed(GradientRow row) {
    return row.name().hashCode();
  }

  /** Values of a row's inputs, of v and of directions. */
  private static final class Point {
    private final GradientRow row;
    private final Expr v;
    private final List<Expr> variables;
    private final SeededRandom random;
    private final Map<Expr, double[]> values = new HashMap<>();

    Point(GradientRow row) {
      this.row = row;
      this.random = SeededRandom.of(seed(row));
      this.v = Expr.input("v", row.output().shape());
      this.variables = Stream.concat(row.inputs().stream(), Stream.of(v)).toList();
      for (Expr input : row.inputs()) {
        values.put(input, row.range().draw(input.shape().size(), random));
      }
      values.put(v, gaussian(v));
    }

    /** The row's function, bent and summed to a scalar of its inputs and v. */
    Expr scalar() {
      Expr y = row.output();
      return y.plus(y.squared().times(0.5)).times(v).sum();
    }

    /** Fresh inputs with random values in the shapes of others. */
    List<Expr> like(List<Expr> others) {
      List<Expr> fresh =
          others.stream().map(each -> Expr.input("direction", each.shape())).toList();
      fresh.forEach(each -> values.put(each, gaussian(each)));
      return fresh;
    }

    double value(Expr scalar) {
      return value(scalar, values);
    }

    /** Both modes against the difference of a scalar function of the variables. */
    void check(Expr scalar) {
      List<Expr> directions = like(variables);
      double difference = moved(scalar, directions, STEP) - moved(scalar, directions, -STEP);
      double expected = difference / (2 * STEP);
      Expr reverse = dot(Derivatives.grad(scalar, variables), directions);
      agree(row, value(reverse), expected, AGAINST_DIFFERENCES);
      Expr forward = Derivatives.jvp(scalar, variables, directions);
      agree(row, value(forward), expected, AGAINST_DIFFERENCES);
    }

    private double moved(Expr scalar, List<Expr> directions, double step) {
      Map<Expr, double[]> moved = new HashMap<>(values);
      for (int i = 0; i < variables.size(); i++) {
        double[] x = values.get(variables.get(i)).clone();
        double[] direction = values.get(directions.get(i));
        for (int j = 0; j < x.length; j++) {
          x[j] += step * direction[j];
        }
        moved.put(variables.get(i), x);
      }
      return value(scalar, moved);
    }

    private double[] gaussian(Expr like) {
      return GradientRow.Range.ANY.draw(like.shape().size(), random);
    }

    private static double value(Expr scalar, Map<Expr, double[]> values) {
      return DoubleInterpreter.evaluate(List.of(scalar), values).get(0)[0];
    }
  }
}
