package org.neuralharmonizer.io.onnx;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Operators that go element by element. */
final class ElementwiseRules {
  private static final double SELU_ALPHA = 1.67326319217681884765625;
  private static final double SELU_GAMMA = 1.05070102214813232421875;
  private static final int BOUNDS_AS_OPERANDS = 11;

  private ElementwiseRules() {}

  static final Map<String, Rule> RULES =
      Map.ofEntries(
          entry("Add", Rule.binary(Expr::plus)),
          entry("Sub", Rule.binary(Expr::minus)),
          entry("Mul", Rule.binary(Expr::times)),
          entry("Div", ElementwiseRules::divide),
          entry("Mod", ElementwiseRules::remainder),
          entry("Pow", Powers.RULE),
          entry("Sum", folded(Expr::plus)),
          entry("Min", folded((a, b) -> orNothing(minimum(a, b), b))),
          entry("Max", folded((a, b) -> orNothing(maximum(a, b), b))),
          entry("Mean", Rule.one(ElementwiseRules::mean)),
          entry("Neg", Rule.unary(Expr::negated)),
          entry("Abs", Rule.unary(Functions::absolute)),
          entry("Sign", Rule.unary(Expr::sign)),
          entry("Exp", Rule.unary(Expr::exp)),
          entry("Log", Rule.unary(Expr::log)),
          entry("Sqrt", Rule.unary(Expr::sqrt)),
          entry("Reciprocal", Rule.unary(Expr::reciprocal)),
          entry("Erf", Rule.unary(Expr::erf)),
          entry("Tanh", Rule.unary(Expr::tanh)),
          entry("Floor", rounded(Math::floor)),
          entry("Ceil", rounded(Math::ceil)),
          entry("Round", rounded(Math::rint)),
          entry("Relu", Rule.unary(Functions::relu)),
          entry("LeakyRelu", Rule.one(c -> Functions.leakyRelu(c.x(0), alpha(c, 0.01)))),
          entry("PRelu", Rule.one(ElementwiseRules::prelu)),
          entry("ThresholdedRelu", Rule.one(ElementwiseRules::thresholded)),
          entry("Elu", Rule.one(c -> elu(c.x(0), alpha(c, 1)))),
          entry("Selu", Rule.one(ElementwiseRules::selu)),
          entry("Celu", Rule.one(ElementwiseRules::celu)),
          entry("Clip", Rule.one(ElementwiseRules::clip)),
          entry("Sigmoid", Rule.unary(Functions::sigmoid)),
          entry("HardSigmoid", Rule.one(ElementwiseRules::hardSigmoid)),
          entry("HardSwish", Rule.unary(Functions::hardSwish)),
          entry("Swish", Rule.one(ElementwiseRules::swish)),
          entry("Mish", Rule.unary(Functions::mish)),
          entry("Softplus", Rule.unary(Functions::softplus)),
          entry("Softsign", Rule.unary(x -> x.dividedBy(Functions.absolute(x).plus(1)))),
          entry("Gelu", Rule.one(ElementwiseRules::gelu)),
          entry("Equal", comparison(ElementwiseRules::equal)),
          entry("Greater", comparison(Expr::greater)),
          entry("Less", comparison((a, b) -> b.greater(a))),
          entry("GreaterOrEqual", comparison((a, b) -> or(a.greater(b), equal(a, b)))),
          entry("LessOrEqual", comparison((a, b) -> or(b.greater(a), equal(a, b)))),
          entry("Not", Rule.unary(ElementwiseRules::not)),
          entry("And", Rule.binary(Expr::times)),
          entry("Or", Rule.binary(ElementwiseRules::or)),
          entry("Xor", Rule.binary((a, b) -> a.plus(b).minus(a.times(b).times(2)))),
          entry("Where", ElementwiseRules::where),
          entry("Cast", ElementwiseRules::cast),
          entry("Identity", Rule.unary(x -> x)));

  private static double alpha(Call call, double otherwise) {
    return call.node().number("alpha", otherwise);
  }

  private static Rule comparison(BinaryOperator<Expr> function) {
    return Rule.one(ElementKind.TRUTH, c -> function.apply(c.x(0), Broadcasts.second(c)));
  }

  /** Over any number of operands. */
  private static Rule folded(BinaryOperator<Expr> function) {
    return Rule.one(
        call -> IntStream.range(0, call.count()).mapToObj(call::x).reduce(function).orElseThrow());
  }

  private static Expr mean(Call call) {
    Expr sum = IntStream.range(0, call.count()).mapToObj(call::x).reduce(Expr::plus).orElseThrow();
    return sum.times(1.0 / call.count());
  }

  /** b where that is NaN, which a comparison passes over. */
  private static Expr orNothing(Expr chosen, Expr b) {
    List<Expr> both = Broadcasts.together(chosen, b);
    return Functions.select(equal(both.get(1), both.get(1)), both.get(0), both.get(1));
  }

  /** a where that is NaN. */
  static Expr minimum(Expr a, Expr b) {
    List<Expr> both = Broadcasts.together(a, b);
    return Functions.select(both.get(0).greater(both.get(1)), both.get(1), both.get(0));
  }

  /** a where that is NaN. */
  static Expr maximum(Expr a, Expr b) {
    List<Expr> both = Broadcasts.together(a, b);
    return Functions.select(both.get(1).greater(both.get(0)), both.get(1), both.get(0));
  }

  private static Expr equal(Expr a, Expr b) {
    return Expr.of(new Comparison.Equal(), Broadcasts.together(a, b));
  }

  static Expr not(Expr truth) {
    return truth.negated().plus(1);
  }

  private static Expr or(Expr a, Expr b) {
    return a.plus(b).minus(a.times(b));
  }

  private static Expr elu(Expr x, double alpha) {
    Expr below = Functions.minimum(x, 0).exp().minus(1).times(alpha);
    return Functions.select(x.step(), x, below);
  }

  private static Expr selu(Call call) {
    Expr elu = elu(call.x(0), call.node().number("alpha", SELU_ALPHA));
    return elu.times(call.node().number("gamma", SELU_GAMMA));
  }

  private static Expr celu(Call call) {
    double alpha = alpha(call, 1);
    return elu(call.x(0).times(1 / alpha), 1).times(alpha);
  }

  private static Expr thresholded(Call call) {
    Expr x = call.x(0);
    return x.times(x.minus(alpha(call, 1)).step());
  }

  /** Before version 7 a list of slopes goes along the channels. */
  private static Expr prelu(Call call) {
    Expr x = call.x(0);
    Expr slope = call.x(1);
    boolean perChannel =
        call.version() < 7 && slope.shape().rank() == 1 && slope.shape().size() > 1;
    Expr aligned = perChannel ? Broadcasts.along(1, x.shape().rank(), slope) : slope;
    return Functions.select(x.step(), x, x.times(aligned));
  }

  /** max first: where the bounds cross, the upper one is the result. */
  private static Expr clip(Call call) {
    Expr x = call.x(0);
    if (call.version() < BOUNDS_AS_OPERANDS) {
      double low = call.node().number("min", Double.NEGATIVE_INFINITY);
      double high = call.node().number("max", Double.POSITIVE_INFINITY);
      x = Double.isInfinite(low) ? x : maximum(x, Expr.literal(low));
      return Double.isInfinite(high) ? x : minimum(x, Expr.literal(high));
    }
    x = call.has(1) ? maximum(x, call.x(1)) : x;
    return call.has(2) ? minimum(x, call.x(2)) : x;
  }

  private static Expr hardSigmoid(Call call) {
    Expr line = call.x(0).times(alpha(call, 0.2)).plus(call.node().number("beta", 0.5));
    return Functions.minimum(Functions.relu(line), 1);
  }

  private static Expr swish(Call call) {
    return call.x(0).times(Functions.sigmoid(call.x(0).times(alpha(call, 1))));
  }

  private static Expr gelu(Call call) {
    return call.node().text("approximate", "none").equals("tanh")
        ? Functions.geluTanh(call.x(0))
        : Functions.gelu(call.x(0));
  }

  private static List<Operand> where(Call call) {
    Shape common = Broadcasts.common(List.of(call.shape(0), call.shape(1), call.shape(2)));
    Expr chosen =
        Functions.select(
            call.x(0).broadcastTo(common),
            call.x(1).broadcastTo(common),
            call.x(2).broadcastTo(common));
    return List.of(call.result(chosen, call.kind(1)));
  }

  /** Of whole numbers towards zero, as in C. */
  private static List<Operand> divide(Call call) {
    if (call.kind(0) == ElementKind.REAL) {
      return List.of(call.result(call.x(0).dividedBy(Broadcasts.second(call))));
    }
    return List.of(whole(call, (a, b) -> (int) (a / b)));
  }

  private static List<Operand> remainder(Call call) {
    boolean asInC = call.node().flag("fmod");
    return List.of(whole(call, (a, b) -> asInC ? a % b : a - b * Math.floor(a / b)));
  }

  /** A function without a useful derivative, of numbers that are known. */
  private static Operand whole(Call call, DoubleBinaryOperator function) {
    Tensor first = call.values(0);
    Tensor second = call.values(1);
    List<Expr> both = Broadcasts.together(Expr.constant(first), Expr.constant(second));
    Tensor a = call.values(both.get(0));
    Tensor b = call.values(both.get(1));
    return Operand.known(
        Tensor.generate(a.shape(), i -> function.applyAsDouble(a.value(i), b.value(i))),
        call.kind(0));
  }

  private static Rule rounded(DoubleUnaryOperator function) {
    return call -> {
      Tensor x = call.values(0);
      Tensor rounded = Tensor.generate(x.shape(), i -> function.applyAsDouble(x.value(i)));
      return List.of(Operand.known(rounded, call.kind(0)));
    };
  }

  /** Floats stay what they are: half precision is not imitated. */
  private static List<Operand> cast(Call call) {
    ElementKind to = OnnxArray.kind(call.node().integer("to", 0));
    if (to == null) {
      throw new UnsupportedNodeException(
          "it casts to element type " + call.node().integer("to", 0) + ", which is not read");
    }
    ElementKind from = call.kind(0);
    if (to == ElementKind.TRUTH && from != ElementKind.TRUTH) {
      return List.of(call.result(not(equal(call.x(0), Expr.literal(0))), to));
    }
    if (to == ElementKind.WHOLE && from == ElementKind.REAL) {
      Tensor x = call.values(0);
      return List.of(Operand.known(Tensor.generate(x.shape(), i -> (int) x.value(i)), to));
    }
    return List.of(call.result(call.x(0), to));
  }
}
