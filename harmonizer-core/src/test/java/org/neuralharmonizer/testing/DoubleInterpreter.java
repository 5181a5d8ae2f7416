package org.neuralharmonizer.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Elementwise;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The meaning of every primitive, in double precision and by the most obvious loops. Backends are
 * tested against it; derivatives are tested with it, because central differences of second order
 * need more digits than a float has.
 *
 * <p>An expression is dropped from memory after its last reader, so that the gradient of a
 * harmonization loss through a small real network fits.
 */
public final class DoubleInterpreter {
  private final Map<Expr, double[]> values = new HashMap<>();
  private final Map<Expr, double[]> inputs;

  private DoubleInterpreter(Map<Expr, double[]> inputs) {
    this.inputs = inputs;
  }

  /**
   * The values of some expressions, in row-major order, which the caller must not change: equal
   * outputs may share an array.
   *
   * @param inputs a value for each input that the outputs depend on, and possibly more
   * @throws IllegalArgumentException if an input has no value or one of another size
   */
  public static List<double[]> evaluate(List<Expr> outputs, Map<Expr, double[]> inputs) {
    return new DoubleInterpreter(inputs).run(outputs);
  }

  private List<double[]> run(List<Expr> outputs) {
    List<Expr> order = Graph.ordered(outputs);
    Map<Expr, Integer> readers = new HashMap<>();
    outputs.forEach(output -> readers.merge(output, 1, Integer::sum));
    for (Expr expr : order) {
      expr.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    for (Expr expr : order) {
      List<double[]> operands = expr.inputs().stream().map(values::get).toList();
      values.put(expr, apply(expr, operands));
      for (Expr input : expr.inputs()) {
        if (readers.merge(input, -1, Integer::sum) == 0) {
          values.remove(input);
        }
      }
    }
    List<double[]> results = new ArrayList<>();
    outputs.forEach(output -> results.add(values.get(output)));
    return results;
  }

  private double[] apply(Expr expr, List<double[]> x) {
    return switch (expr.primitive().code()) {
      case INPUT -> supplied(expr);
      case LITERAL -> new double[] {((Leaves.Literal) expr.primitive()).value()};
      case CONSTANT -> widened(((Leaves.Constant) expr.primitive()).value());

      case EXP -> map(x.get(0), Math::exp);
      case LOG -> map(x.get(0), Math::log);
      case SQRT -> map(x.get(0), Math::sqrt);
      case RECIPROCAL -> map(x.get(0), value -> 1 / value);
      case TANH -> map(x.get(0), Math::tanh);
      case ERF -> map(x.get(0), Erf::erf);
      case POWER -> power(x.get(0), ((Elementwise.Power) expr.primitive()).exponent());

      case ADD -> map(x.get(0), x.get(1), Double::sum);
      case SCALE -> scale(x.get(0), ((Arithmetic.Scale) expr.primitive()).factor());
      case MULTIPLY -> map(x.get(0), x.get(1), (a, b) -> a * b);
      case SELECT -> select(x.get(0), x.get(1), x.get(2));

      case SUM ->
          DoubleMovement.sum(
              x.get(0), shape(expr, 0), ((Reduction.Sum) expr.primitive()).axes(), expr.shape());
      case SHARE_SUM -> x.get(0).clone(); // of a single share
      case BROADCAST -> DoubleMovement.broadcast(x.get(0), shape(expr, 0), expr.shape());
      case RESHAPE, DETACH -> x.get(0);
      case PERMUTE ->
          DoubleMovement.permute(
              x.get(0), shape(expr, 0), ((Movement.Permute) expr.primitive()).order());
      case PAD ->
          DoubleMovement.pad(x.get(0), ((Movement.Pad) expr.primitive()).spans(), expr.shape());
      case SLICE ->
          DoubleMovement.slice(
              x.get(0), shape(expr, 0), ((Movement.Slice) expr.primitive()).spans());
      case CONCAT -> DoubleMovement.concat(expr, x);
      case GATHER_ROWS -> DoubleMovement.gatherRows(x.get(0), shape(expr, 0), x.get(1));
      case SCATTER_ROWS -> DoubleMovement.scatterRows(x.get(0), expr.shape(), x.get(1));

      case WINDOW_SUM ->
          windows(expr, ((Windowing.WindowSum) expr.primitive()).geometry()).sum(x.get(0));
      case WINDOW_SPREAD ->
          windows(expr, ((Windowing.WindowSpread) expr.primitive()).geometry()).spread(x.get(0));
      case ARG_MAX_WINDOW ->
          windows(expr, ((Windowing.ArgMaxWindow) expr.primitive()).geometry()).argMax(x.get(0));
      case GATHER_WINDOW ->
          windows(expr, ((Windowing.GatherWindow) expr.primitive()).geometry())
              .gather(x.get(0), x.get(1));
      case SCATTER_WINDOW ->
          windows(expr, ((Windowing.ScatterWindow) expr.primitive()).geometry())
              .scatter(x.get(0), x.get(1));

      case MATMUL -> DoubleContraction.matmul((Contraction.MatMul) expr.primitive(), expr, x);
      case CONV2D ->
          DoubleContraction.conv2d(((Convolution.Conv2d) expr.primitive()).geometry(), expr, x);
      case CONV2D_INPUT ->
          DoubleContraction.conv2dInput(
              ((Convolution.Conv2dInput) expr.primitive()).geometry(), expr, x);
      case CONV2D_FILTER ->
          DoubleContraction.conv2dFilter(
              ((Convolution.Conv2dFilter) expr.primitive()).geometry(), expr, x);

      case STEP -> map(x.get(0), value -> value > 0 ? 1 : 0);
      case SIGN -> map(x.get(0), Math::signum);
      case GREATER -> map(x.get(0), x.get(1), (a, b) -> a > b ? 1 : 0);
      case EQUAL -> map(x.get(0), x.get(1), (a, b) -> a == b ? 1 : 0);
      case ARG_MAX -> argMax(x.get(0), shape(expr, 0).extent(-1));
    };
  }

  private double[] supplied(Expr input) {
    double[] value = inputs.get(input);
    if (value == null) {
      throw new IllegalArgumentException("evaluate: no value for " + input + " — supply one");
    }
    if (value.length != input.shape().size()) {
      throw new IllegalArgumentException(
          "evaluate: %s needs %d values, got %d"
              .formatted(input, input.shape().size(), value.length));
    }
    return value;
  }

  private static Shape shape(Expr expr, int input) {
    return expr.inputs().get(input).shape();
  }

  private static DoubleWindows windows(Expr expr, WindowGeometry geometry) {
    return new DoubleWindows(geometry, expr.shape().extent(0) * expr.shape().extent(1));
  }

  private static double[] widened(Tensor tensor) {
    double[] wide = new double[tensor.size()];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = tensor.value(i);
    }
    return wide;
  }

  private static double[] map(double[] x, DoubleUnaryOperator function) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = function.applyAsDouble(x[i]);
    }
    return y;
  }

  private static double[] map(double[] a, double[] b, DoubleBinaryOperator function) {
    double[] y = new double[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = function.applyAsDouble(a[i], b[i]);
    }
    return y;
  }

  private static double[] power(double[] x, double exponent) {
    return map(x, value -> Math.pow(value, exponent));
  }

  private static double[] scale(double[] x, double factor) {
    return map(x, value -> value * factor);
  }

  private static double[] select(double[] condition, double[] a, double[] b) {
    double[] y = new double[condition.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = condition[i] != 0 ? a[i] : b[i];
    }
    return y;
  }

  private static double[] argMax(double[] x, int row) {
    double[] y = new double[x.length / row];
    for (int i = 0; i < y.length; i++) {
      int best = 0;
      for (int j = 1; j < row; j++) {
        if (exceeds(x[i * row + j], x[i * row + best])) {
          best = j;
        }
      }
      y[i] = best;
    }
    return y;
  }

  /**
   * Whether a later candidate replaces the best so far: the first of equals wins, NaN beats all.
   */
  static boolean exceeds(double candidate, double best) {
    return candidate > best || (Double.isNaN(candidate) && !Double.isNaN(best));
  }
}
