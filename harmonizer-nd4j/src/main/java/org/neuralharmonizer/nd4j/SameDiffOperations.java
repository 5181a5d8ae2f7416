package org.neuralharmonizer.nd4j;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.ParameterRole;
import org.neuralharmonizer.tensor.Shape;

/** What the operations of a SameDiff graph are in expressions, by libnd4j's names. */
final class SameDiffOperations {
  private static final double SELU_SCALE = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  /** ND4J's GELU is the logistic approximation. */
  private static final double GELU_SLOPE = 1.702;

  /** What libnd4j adds to a deviation. */
  private static final double SMALLEST_DEVIATION = 1e-12;

  private SameDiffOperations() {}

  /** An operation on expressions, of which {@code input} gives those that it reads. */
  private interface Rule {
    Expr apply(SameDiffNode node, IntFunction<Expr> input);
  }

  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          entry("conv2d", SameDiffWindows::conv2d),
          entry("depthwise_conv2d", SameDiffWindows::depthwise),
          entry("maxpool2d", SameDiffWindows::maxPool),
          entry("avgpool2d", SameDiffWindows::averagePool),
          entry("batchnorm", SameDiffOperations::batchNorm),
          entry("layer_norm", SameDiffOperations::layerNorm),
          entry("matmul", SameDiffOperations::matmul),
          entry("xw_plus_b", (n, in) -> in.apply(0).matmul(in.apply(1)).plus(in.apply(2))),
          entry("biasadd", SameDiffOperations::biasAdd),
          entry("add", (n, in) -> in.apply(0).plus(in.apply(1))),
          entry("subtract", (n, in) -> in.apply(0).minus(in.apply(1))),
          entry("multiply", (n, in) -> in.apply(0).times(in.apply(1))),
          entry("divide", (n, in) -> in.apply(0).dividedBy(in.apply(1))),
          entry("add_scalar", (n, in) -> in.apply(0).plus(n.scalar())),
          entry("sub_scalar", (n, in) -> in.apply(0).minus(n.scalar())),
          entry("mul_scalar", (n, in) -> in.apply(0).times(n.scalar())),
          entry("div_scalar", (n, in) -> in.apply(0).times(1 / n.scalar())),
          entry("rsub_scalar", (n, in) -> in.apply(0).negated().plus(n.scalar())),
          entry("rdiv_scalar", (n, in) -> in.apply(0).reciprocal().times(n.scalar())),
          entry("relu", unary(Functions::relu)),
          entry("relu6", unary(Functions::relu6)),
          entry("leakyrelu", (n, in) -> Functions.leakyRelu(in.apply(0), n.scalar())),
          entry("elu", (n, in) -> elu(in.apply(0), n.number(0, 1))),
          entry("selu", unary(x -> elu(x, SELU_ALPHA).times(SELU_SCALE))),
          entry("gelu", unary(x -> x.times(Functions.sigmoid(x.times(GELU_SLOPE))))),
          entry("swish", unary(Functions::swish)),
          entry("mish", unary(Functions::mish)),
          entry("softplus", unary(Functions::softplus)),
          entry("hard_sigmoid", unary(SameDiffOperations::hardSigmoid)),
          entry("sigmoid", unary(Functions::sigmoid)),
          entry("tanh", unary(Expr::tanh)),
          entry("exp", unary(Expr::exp)),
          entry("log", unary(Expr::log)),
          entry("sqrt", unary(Expr::sqrt)),
          entry("square", unary(Expr::squared)),
          entry("abs", unary(Functions::absolute)),
          entry("neg", unary(Expr::negated)),
          entry("Reciprocal", unary(Expr::reciprocal)),
          entry("identity", unary(x -> x)),
          entry("softmax", (n, in) -> Functions.softmax(in.apply(0), axis(n, in))),
          entry("log_softmax", (n, in) -> Functions.logSoftmax(in.apply(0), axis(n, in))),
          entry("reduce_mean", SameDiffOperations::mean),
          entry("reduce_sum", SameDiffOperations::sum),
          entry("reduce_max", SameDiffOperations::max),
          entry("reshape", SameDiffOperations::reshape),
          entry("permute", (n, in) -> in.apply(0).permute(n.integers())),
          entry("transpose", (n, in) -> transpose(in.apply(0))),
          entry("squeeze", SameDiffOperations::squeeze),
          entry("expand_dims", SameDiffOperations::expandDims),
          entry("concat", SameDiffOperations::concat),
          entry("pad", SameDiffOperations::pad));

  /** Operations of which ND4J computes something else than their name says. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "precise_gelu", "ND4J 1.0.0-M2.1 cubes the wrong factor in it; use gelu",
          "dropout", "ND4J drops in inference too; train without it",
          "dropout_inverted", "ND4J drops in inference too; train without it");

  /** Settings that decide whether an operation is what it seems; each says 0 if so. */
  private static final Map<String, ToDoubleFunction<SameDiffNode>> MUST_BE_ZERO =
      Map.of(
          "relu",
          SameDiffNode::scalar,
          "relu6",
          SameDiffNode::scalar,
          "matmul",
          n -> n.integer(2, 0) + Math.abs(n.number(0, 1) - 1) + Math.abs(n.number(1, 0)),
          "pad",
          n -> n.integer(0, 0) + Math.abs(n.number(0, 0)));

  /** Null if an operation can be imported, else why not. */
  static @Nullable String problem(SameDiffNode node) {
    String kind = node.kind();
    if (REFUSED.containsKey(kind)) {
      return REFUSED.get(kind);
    }
    if (!RULES.containsKey(kind) || node.outputs().size() != 1) {
      return "not supported";
    }
    if (MUST_BE_ZERO.containsKey(kind) && MUST_BE_ZERO.get(kind).applyAsDouble(node) != 0) {
      return "not supported with these settings";
    }
    if (kind.equals("pad") && !node.isListOfIntegers(1)) {
      return "its padding is not constant";
    }
    if (kind.equals("reshape") && node.inputs().size() > 1 && !node.isListOfIntegers(1)) {
      return "its shape is not constant";
    }
    boolean isWindow = kind.endsWith("conv2d") || kind.endsWith("pool2d");
    return isWindow ? SameDiffWindows.problem(node) : null;
  }

  static Expr apply(SameDiffNode node, IntFunction<Expr> input) {
    Rule rule = RULES.get(node.kind());
    if (rule == null) {
      throw new AssertionError("checked before: " + node);
    }
    return rule.apply(node, input);
  }

  /** What a variable does in the operation that reads it. */
  static ParameterRole role(SameDiffNode node, int input, Shape shape) {
    return switch (node.kind()) {
      case "batchnorm" -> input < 3 ? ParameterRole.STATISTIC : ParameterRole.NORMALIZATION;
      case "layer_norm" -> ParameterRole.NORMALIZATION;
      case "conv2d", "depthwise_conv2d", "xw_plus_b" ->
          input == 2 ? ParameterRole.BIAS : ParameterRole.WEIGHT;
      case "biasadd" -> ParameterRole.BIAS;
      default -> shape.rank() > 1 ? ParameterRole.WEIGHT : ParameterRole.BIAS;
    };
  }

  private static Rule unary(UnaryOperator<Expr> function) {
    return (node, input) -> function.apply(input.apply(0));
  }

  private static Expr elu(Expr x, double alpha) {
    // Below 0 alone the exponential counts, and cannot overflow.
    Expr below = x.minus(Functions.relu(x)).exp().minus(1).times(alpha);
    return Functions.relu(x).plus(below);
  }

  private static Expr hardSigmoid(Expr x) {
    return Functions.minimum(Functions.relu(x.times(0.2).plus(0.5)), 1);
  }

  /** With the statistics that the graph names, in training too, as SameDiff does. */
  private static Expr batchNorm(SameDiffNode node, IntFunction<Expr> input) {
    Expr x = input.apply(0);
    int axis = Math.floorMod(node.integer(2, 1), x.shape().rank());
    Expr scale = input.apply(2).plus(node.number(0, 1e-5)).sqrt().reciprocal();
    int next = 3;
    if (node.integer(0, 0) == 1) {
      scale = scale.times(input.apply(next++));
    }
    Expr shift = input.apply(1).times(scale).negated();
    if (node.integer(1, 0) == 1) {
      shift = shift.plus(input.apply(next));
    }
    return x.times(along(x.shape(), axis, scale)).plus(along(x.shape(), axis, shift));
  }

  private static Expr layerNorm(SameDiffNode node, IntFunction<Expr> input) {
    Expr x = input.apply(0);
    int rank = x.shape().rank();
    int[] axes = Arrays.stream(node.integers()).map(axis -> Math.floorMod(axis, rank)).toArray();
    Expr centred = x.minus(x.meanKeeping(axes));
    Expr deviation = Functions.guardedSqrt(centred.squared().meanKeeping(axes));
    Expr result = centred.times(deviation.plus(SMALLEST_DEVIATION).reciprocal());
    int channels = node.flag(0) ? 1 : rank - 1;
    result = result.times(along(x.shape(), channels, input.apply(1)));
    return node.inputs().size() > 2
        ? result.plus(along(x.shape(), channels, input.apply(2)))
        : result;
  }

  private static Expr matmul(SameDiffNode node, IntFunction<Expr> input) {
    Expr a = node.integer(0, 0) == 1 ? transposedInner(input.apply(0)) : input.apply(0);
    Expr b = node.integer(1, 0) == 1 ? transposedInner(input.apply(1)) : input.apply(1);
    return a.matmul(b);
  }

  private static Expr biasAdd(SameDiffNode node, IntFunction<Expr> input) {
    Expr x = input.apply(0);
    return x.plus(along(x.shape(), node.flag(0) ? 1 : x.shape().rank() - 1, input.apply(1)));
  }

  private static Expr along(Shape shape, int axis, Expr values) {
    int[] extents = new int[shape.rank()];
    Arrays.fill(extents, 1);
    extents[axis] = values.shape().size();
    return values.reshape(extents);
  }

  private static int axis(SameDiffNode node, IntFunction<Expr> input) {
    return Math.floorMod(node.integer(0, -1), input.apply(0).shape().rank());
  }

  private static Expr mean(SameDiffNode node, IntFunction<Expr> input) {
    int[] axes = node.axes(input.apply(0).shape().rank());
    return node.keepsAxes() ? input.apply(0).meanKeeping(axes) : input.apply(0).mean(axes);
  }

  private static Expr sum(SameDiffNode node, IntFunction<Expr> input) {
    int[] axes = node.axes(input.apply(0).shape().rank());
    return node.keepsAxes() ? input.apply(0).sumKeeping(axes) : input.apply(0).sum(axes);
  }

  private static Expr max(SameDiffNode node, IntFunction<Expr> input) {
    int[] axes = node.axes(input.apply(0).shape().rank());
    Expr kept = Functions.maxKeeping(input.apply(0), axes);
    return node.keepsAxes() ? kept : without(kept, axes);
  }

  /** One extent may be −1: what is left. The first integer is SameDiff's order of elements. */
  private static Expr reshape(SameDiffNode node, IntFunction<Expr> input) {
    int[] own = node.integers();
    int[] extents =
        node.inputs().size() > 1 ? node.listOfIntegers(1) : Arrays.copyOfRange(own, 1, own.length);
    int[] resolved = extents.clone();
    int known = 1;
    for (int extent : extents) {
      known *= extent == -1 ? 1 : extent;
    }
    for (int i = 0; i < extents.length; i++) {
      resolved[i] = extents[i] == -1 ? input.apply(0).shape().size() / known : extents[i];
    }
    return input.apply(0).reshape(resolved);
  }

  private static Expr transpose(Expr x) {
    int rank = x.shape().rank();
    int[] order = new int[rank];
    Arrays.setAll(order, i -> rank - 1 - i);
    return x.permute(order);
  }

  private static Expr transposedInner(Expr x) {
    int rank = x.shape().rank();
    int[] order = new int[rank];
    Arrays.setAll(order, i -> i < rank - 2 ? i : 2 * rank - 3 - i);
    return x.permute(order);
  }

  private static Expr squeeze(SameDiffNode node, IntFunction<Expr> input) {
    int rank = input.apply(0).shape().rank();
    return without(
        input.apply(0),
        Arrays.stream(node.integers()).map(axis -> Math.floorMod(axis, rank)).toArray());
  }

  private static Expr without(Expr x, int... axes) {
    int[] extents = x.shape().extents();
    int[] kept = new int[extents.length - axes.length];
    int count = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      int each = axis;
      if (Arrays.stream(axes).noneMatch(dropped -> dropped == each)) {
        kept[count++] = extents[axis];
      }
    }
    return x.reshape(kept);
  }

  private static Expr expandDims(SameDiffNode node, IntFunction<Expr> input) {
    int[] extents = input.apply(0).shape().extents();
    int axis = Math.floorMod(node.integer(0, 0), extents.length + 1);
    int[] more = new int[extents.length + 1];
    Arrays.setAll(more, i -> i == axis ? 1 : extents[i < axis ? i : i - 1]);
    return input.apply(0).reshape(more);
  }

  private static Expr concat(SameDiffNode node, IntFunction<Expr> input) {
    Expr[] parts = new Expr[node.inputs().size()];
    Arrays.setAll(parts, input);
    return Functions.concat(Math.floorMod(node.integer(0, 0), parts[0].shape().rank()), parts);
  }

  private static Expr pad(SameDiffNode node, IntFunction<Expr> input) {
    int[] pairs = node.listOfIntegers(1);
    int[] before = new int[pairs.length / 2];
    int[] after = new int[pairs.length / 2];
    Arrays.setAll(before, i -> pairs[2 * i]);
    Arrays.setAll(after, i -> pairs[2 * i + 1]);
    return Functions.pad(input.apply(0), before, after);
  }
}
