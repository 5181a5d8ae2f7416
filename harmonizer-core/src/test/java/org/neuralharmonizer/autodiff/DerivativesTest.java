package org.neuralharmonizer.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.DoubleInterpreter;

class DerivativesTest {
  // The same sums of a few thousand products in other orders.
  private static final double ROUNDING = 1e-12;

  @Test
  void reverseOverReverseIsReverseOverForward() {
    SmallNet net = new SmallNet();
    Expr explained = net.logits().times(net.labels).sum();
    Expr gradient = Derivatives.grad(explained, net.image);
    Expr loss = mapLoss(gradient.mean(1), net.human);
    List<Expr> reverse = Derivatives.grad(loss, net.parameters);

    Expr frozen = Derivatives.grad(loss, gradient).detached();
    Expr slope = Derivatives.jvp(explained, List.of(net.image), List.of(frozen));
    List<Expr> forward = Derivatives.grad(slope, net.parameters);

    List<double[]> a = DoubleInterpreter.evaluate(reverse, net.values);
    List<double[]> b = DoubleInterpreter.evaluate(forward, net.values);
    for (int i = 0; i < a.size(); i++) {
      double scale = norm(b.get(i));
      assertThat(scale).as("gradient of %s", net.parameters.get(i)).isPositive();
      assertThat(a.get(i)).containsExactly(b.get(i), within(ROUNDING * scale));
    }
  }

  /** A loss that standardizes, as the harmonization loss does. */
  private static Expr mapLoss(Expr maps, Expr human) {
    Expr centred = maps.minus(maps.meanKeeping(1, 2));
    Expr deviation = Functions.guardedSqrt(Functions.varianceKeeping(maps, 1, 2));
    Expr standardized = Functions.relu(centred.dividedBy(deviation.plus(1e-5)));
    return standardized.minus(human).squared().mean();
  }

  /** Convolutions with stride and uneven padding, pooling, smooth and kinked activations. */
  private static final class SmallNet {
    final Expr image = Expr.input("image", Shape.of(2, 3, 7, 6));
    final Expr labels = Expr.input("labels", Shape.of(2, 4));
    final Expr human = Expr.input("human", Shape.of(2, 7, 6));
    private final Expr first = Expr.input("first", Shape.of(4, 3, 3, 3));
    private final Expr second = Expr.input("second", Shape.of(6, 2, 3, 3));
    private final Expr dense = Expr.input("dense", Shape.of(4, 6));
    final List<Expr> parameters = List.of(first, second, dense);
    final Map<Expr, double[]> values = new HashMap<>();

    SmallNet() {
      SeededRandom random = SeededRandom.of(11);
      Stream.of(image, labels, human, first, second, dense)
          .forEach(
              each -> values.put(each, GradientRow.Range.ANY.draw(each.shape().size(), random)));
    }

    Expr logits() {
      ConvGeometry strided =
          new ConvGeometry(
              new WindowGeometry(WindowAxis.same(7, 3, 2), WindowAxis.same(6, 3, 2)), 1);
      ConvGeometry grouped =
          new ConvGeometry(
              new WindowGeometry(
                  WindowAxis.padded(4, 3, 1, 1, 1), WindowAxis.padded(3, 3, 1, 1, 1)),
              2);
      Expr hidden = Functions.swish(Functions.conv2d(image, first, strided));
      Expr features = Functions.relu(Functions.conv2d(hidden, second, grouped));
      WindowGeometry pool =
          new WindowGeometry(WindowAxis.valid(4, 2, 2), WindowAxis.valid(3, 2, 1));
      return Functions.globalAverage(Functions.maxPool(features, pool)).matmulTransposed(dense);
    }
  }

  @Test
  void hessianVectorProductOfAQuadraticFormIsItsMatrix() {
    Expr x = Expr.input("x", Shape.of(2));
    Expr matrix = Expr.constant(Tensor.of(Shape.of(2, 2), 2, 1, 1, -3));
    Expr column = x.reshape(2, 1);
    Expr form = column.times(matrix.matmul(column)).sum().times(0.5);
    Expr direction = Expr.constant(Tensor.of(Shape.of(2), 5, 7));
    List<Expr> product = Derivatives.hvp(form, List.of(x), List.of(direction));
    assertThat(value(product.get(0), Map.of(x, new double[] {0.3, -0.4}))).containsExactly(17, -16);
  }

  static Stream<Arguments> flatPlaces() {
    UnaryOperator<Expr> deviation =
        x -> Functions.guardedSqrt(Functions.varianceKeeping(x, 0)).broadcastTo(x.shape());
    return Stream.of(
        kink("relu at 0", Functions::relu, 0, 0),
        kink("absolute at 0", Functions::absolute, 0, 0),
        kink("guarded sqrt at 0", Functions::guardedSqrt, 0, 0),
        kink("guarded sqrt below 0", Functions::guardedSqrt, -2, 0),
        kink("deviation of a constant", deviation, 1.5, 0),
        kink("minimum at its bound", x -> Functions.minimum(x, 2), 2, 1),
        kink("leaky relu at 0", x -> Functions.leakyRelu(x, 0.25), 0, 0.25),
        kink("elu at 0", Functions::elu, 0, 1),
        kink("elu far below 0", Functions::elu, -1000, 0),
        kink("elu far above 0", Functions::elu, 1000, 1),
        kink("sigmoid far below 0", Functions::sigmoid, -1000, 0),
        kink("softplus at 0", Functions::softplus, 0, 0.5),
        kink("softplus far above 0", Functions::softplus, 1000, 1));
  }

  private static Arguments kink(
      String name, UnaryOperator<Expr> function, double at, double slope) {
    return Arguments.of(name, function, at, slope);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flatPlaces")
  void derivativesAtKinksAreAsDocumented(
      String name, UnaryOperator<Expr> function, double at, double slope) {
    Expr x = Expr.input("x", Shape.of(4));
    Expr first = Derivatives.grad(function.apply(x).sum(), x);
    Expr second = Derivatives.grad(first.times(first).sum(), x);
    Map<Expr, double[]> values = Map.of(x, new double[] {at, at, at, at});
    assertThat(value(first, values)).containsOnly(slope);
    assertThat(value(second, values)).doesNotContain(Double.NaN);
  }

  @Test
  void gradientOfAMaximumGoesToTheFirstOfEquals() {
    Expr x = Expr.input("x", Shape.of(2, 3));
    Expr gradient = Derivatives.grad(Functions.maxKeeping(x, 1).sum(), x);
    assertThat(value(gradient, Map.of(x, new double[] {1, 5, 5, 2, 2, 2})))
        .containsExactly(0, 1, 0, 1, 0, 0);
  }

  @Test
  void softmaxOfLargeLogitsStaysFinite() {
    Expr x = Expr.input("x", Shape.of(1, 3));
    Expr loss = Functions.logSoftmax(x, 1).sum();
    Map<Expr, double[]> values = Map.of(x, new double[] {1e4, -1e4, 0});
    assertThat(value(loss, values)).containsExactly(-3e4);
    assertThat(value(Derivatives.grad(loss, x), values)).containsExactly(-2, 1, 1);
  }

  static List<Expr> discrete() {
    Expr x = Expr.input("x", Shape.of(2, 3));
    Expr y = x.times(2);
    return List.of(
        x.step(),
        x.sign(),
        x.greater(y),
        Expr.of(new Comparison.Equal(), x, y),
        Expr.of(new Comparison.ArgMax(), x),
        x.detached(),
        Functions.select(x, Expr.zeros(x.shape()), Expr.filled(x.shape(), 1)),
        Expr.of(
            new Arithmetic.Select(), y.step(), Expr.zeros(x.shape()), Expr.filled(x.shape(), 1)));
  }

  @ParameterizedTest
  @MethodSource("discrete")
  void whatIsDiscreteHasDerivativeZeroAndNoGraph(Expr y) {
    Expr x = Graph.ordered(List.of(y)).get(0);
    Expr tangent = Derivatives.jvp(y, List.of(x), List.of(x));
    assertThat(tangent.toString()).startsWith("broadcast " + y.shape());
    Expr gradient = Derivatives.vjp(y, List.of(x), y).get(0);
    assertThat(gradient.toString()).startsWith("broadcast [2, 3]");
    assertThat(Graph.ordered(List.of(tangent, gradient))).hasSizeLessThan(5);
  }

  @Test
  void differentiatesByAnInnerExpression() {
    Expr x = Expr.input("x", Shape.of(2));
    Expr inner = x.squared();
    Expr y = inner.times(x).sum();
    assertThat(value(Derivatives.grad(y, inner), Map.of(x, new double[] {3, 4})))
        .containsExactly(3, 4);
  }

  @Test
  void aVariableGivenTwiceReceivesItsGradientTwice() {
    Expr x = Expr.input("x", Shape.of(2));
    Expr one = Expr.filled(x.shape(), 1);
    Expr tangent = Derivatives.jvp(x.exp(), List.of(x, x), List.of(one, one));
    assertThat(value(tangent, Map.of(x, new double[] {0, 0}))).containsExactly(2, 2);
  }

  @Test
  void deepGraphsNeedNoDeepStack() {
    Expr x = Expr.input("x", Shape.SCALAR);
    Expr y = x;
    for (int i = 0; i < 20_000; i++) {
      y = y.times(x.detached());
    }
    Expr gradient = Derivatives.grad(y, x);
    assertThat(value(gradient, Map.of(x, new double[] {1}))).containsExactly(1);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Expr x = Expr.input("x", Shape.of(2, 3));
    Expr other = Expr.input("u", Shape.of(3));
    assertThatThrownBy(() -> Derivatives.grad(x, x))
        .hasMessage(
            "grad: the function has shape [2, 3], not one value — sum it, or use vjp with a"
                + " cotangent");
    assertThatThrownBy(() -> Derivatives.vjp(x.exp(), List.of(x), other))
        .hasMessage("vjp: the cotangent has shape [3], the result [2, 3]");
    assertThatThrownBy(() -> Derivatives.jvp(x.exp(), List.of(x), List.of(other)))
        .hasMessage("jvp: tangent 0 has shape [3], its variable [2, 3]");
  }

  private static double[] value(Expr expr, Map<Expr, double[]> values) {
    return DoubleInterpreter.evaluate(List.of(expr), values).get(0);
  }

  private static double norm(double[] x) {
    double sum = 0;
    for (double each : x) {
      sum += each * each;
    }
    return Math.sqrt(sum);
  }
}
