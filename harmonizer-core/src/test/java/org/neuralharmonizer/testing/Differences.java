package org.neuralharmonizer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Derivatives against central differences in double precision, along random directions. */
public final class Differences {
  // A small step, so that one direction through hundreds of kinks (rectifiers, maxima, positive
  // parts)
  // seldom crosses one. Truncation is of the order of the step squared, rounding of 1e-16 over the
  // step, times what a composition makes of them.
  private static final double STEP = 1e-6;
  private static final double TOLERANCE = 1e-6;

  private Differences() {}

  /** Standard normal values. */
  public static double[] random(Shape shape, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    double[] values = new double[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  /**
   * Checks first derivatives of y by x, and of those the second, where the variables have values.
   */
  public static void check(Expr y, List<Expr> x, Map<Expr, double[]> values) {
    Expr scalar = product(y, 1);
    checkFirst(scalar, x, values);
    Expr slope = Expr.literal(0);
    List<Expr> gradients = Derivatives.grad(scalar, x);
    for (int i = 0; i < x.size(); i++) {
      slope = slope.plus(product(gradients.get(i), 100 + i));
    }
    checkFirst(slope, x, values);
  }

  /** Checks the derivative of a scalar by x along one random direction. */
  public static void checkFirst(Expr scalar, List<Expr> x, Map<Expr, double[]> values) {
    checkFirst(scalar, scalar, x, values);
  }

  /** The same with another step: a shorter one crosses fewer kinks, and rounds more. */
  public static void checkFirst(
      Expr scalar, List<Expr> x, Map<Expr, double[]> values, double step) {
    checkFirst(scalar, scalar, x, values, step);
  }

  /**
   * Checks the derivative of one scalar against differences of another: where something is
   * detached, differences must be taken of an expression that holds it fixed.
   */
  public static void checkFirst(
      Expr differentiated, Expr evaluated, List<Expr> x, Map<Expr, double[]> values) {
    checkFirst(differentiated, evaluated, x, values, STEP);
  }

  private static void checkFirst(
      Expr differentiated, Expr evaluated, List<Expr> x, Map<Expr, double[]> values, double step) {
    Map<Expr, double[]> forward = new HashMap<>(values);
    Map<Expr, double[]> backward = new HashMap<>(values);
    double expected = 0;
    List<double[]> gradients =
        DoubleInterpreter.evaluate(Derivatives.grad(differentiated, x), values);
    for (int i = 0; i < x.size(); i++) {
      double[] direction = random(x.get(i).shape(), 1000 + i);
      forward.put(x.get(i), moved(values.get(x.get(i)), direction, step));
      backward.put(x.get(i), moved(values.get(x.get(i)), direction, -step));
      for (int j = 0; j < direction.length; j++) {
        expected += direction[j] * gradients.get(i)[j];
      }
    }
    double difference = (value(evaluated, forward) - value(evaluated, backward)) / (2 * step);
    assertThat(difference).isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
  }

  /**
   * The expression with everything detached replaced by inputs, whose present values are added:
   * what differences must be taken of, as a derivative holds detached values fixed.
   */
  public static Expr holdingDetached(Expr expr, Map<Expr, double[]> values) {
    Map<Expr, Expr> rebuilt = new HashMap<>();
    for (Expr each : Graph.ordered(List.of(expr))) {
      if (each.primitive().code() == Code.DETACH) {
        Expr held = Expr.input("held", each.shape());
        values.put(held, evaluate(each, values));
        rebuilt.put(each, held);
      } else {
        List<Expr> inputs = each.inputs().stream().map(rebuilt::get).toList();
        rebuilt.put(each, inputs.equals(each.inputs()) ? each : Expr.of(each.primitive(), inputs));
      }
    }
    return Objects.requireNonNull(rebuilt.get(expr));
  }

  /** The value of a scalar. */
  public static double value(Expr scalar, Map<Expr, double[]> values) {
    return evaluate(scalar, values)[0];
  }

  /** The values of one expression. */
  public static double[] evaluate(Expr expr, Map<Expr, double[]> values) {
    return DoubleInterpreter.evaluate(List.of(expr), values).get(0);
  }

  /** The values of a tensor in double precision. */
  public static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.value(i);
    }
    return values;
  }

  private static Expr product(Expr y, long seed) {
    List<Float> weights = new ArrayList<>();
    for (double each : random(y.shape(), seed)) {
      weights.add((float) each);
    }
    return y.times(Expr.constant(Tensor.generate(y.shape(), weights::get))).sum();
  }

  private static double[] moved(double[] values, double[] direction, double step) {
    double[] moved = values.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += step * direction[i];
    }
    return moved;
  }
}
