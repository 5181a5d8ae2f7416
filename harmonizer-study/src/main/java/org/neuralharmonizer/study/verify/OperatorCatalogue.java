package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.loss.CrossEntropy;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.GroupNorm;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.SqueezeExcite;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Operators of the reference data by name. */
final class OperatorCatalogue {
  private static final Map<String, UnaryOperator<Expr>> ACTIVATIONS =
      Map.ofEntries(
          Map.entry("relu", Functions::relu),
          Map.entry("relu6", Functions::relu6),
          Map.entry("elu", Functions::elu),
          Map.entry("gelu", Functions::gelu),
          Map.entry("gelu_tanh", Functions::geluTanh),
          Map.entry("silu", Functions::swish),
          Map.entry("swish", Functions::swish),
          Map.entry("sigmoid", Functions::sigmoid),
          Map.entry("tanh", Expr::tanh),
          Map.entry("hardswish", Functions::hardSwish),
          Map.entry("hardsigmoid", Functions::hardSigmoid),
          Map.entry("softplus", Functions::softplus),
          Map.entry("mish", Functions::mish));

  private static final Map<String, Function<OperatorCase, @Nullable Expr>> BY_NAME =
      Map.ofEntries(
          Map.entry("linear", OperatorCatalogue::linear),
          Map.entry("matmul_batched", operator -> operator.in(0).matmul(operator.in(1))),
          Map.entry("global_avg", operator -> Functions.globalAverage(operator.in(0))),
          Map.entry("bn_train", OperatorCatalogue::batchNorm),
          Map.entry("bn_eval", OperatorCatalogue::frozenBatchNorm),
          Map.entry("layernorm", OperatorCatalogue::layerNorm),
          Map.entry("layernorm_channels", OperatorCatalogue::layerNorm),
          Map.entry("cross_entropy_smooth", OperatorCatalogue::crossEntropy),
          Map.entry("attention", OperatorCatalogue::attention),
          Map.entry("se_block", OperatorCatalogue::squeezeExcite),
          Map.entry("add_broadcast", operator -> operator.in(0).plus(operator.in(1))),
          Map.entry("mul_broadcast", operator -> operator.in(0).times(operator.in(1))),
          Map.entry("div", OperatorCatalogue::quotient),
          Map.entry("concat", OperatorCatalogue::concat),
          Map.entry("pad", OperatorCatalogue::pad),
          Map.entry("slice", OperatorCatalogue::slice),
          Map.entry("transpose", OperatorCatalogue::transpose),
          Map.entry("upsample_bilinear", OperatorCatalogue::resize),
          Map.entry("std_biased", OperatorCatalogue::deviation),
          Map.entry("amax", OperatorCatalogue::maximum));

  private OperatorCatalogue() {}

  /** The operator's result, or null if it is unknown or its entry leaves something open. */
  static @Nullable Expr build(OperatorCase operator) {
    String name = operator.name;
    if (BY_NAME.containsKey(name)) {
      return BY_NAME.get(name).apply(operator);
    }
    if (ACTIVATIONS.containsKey(name)) {
      return activation(operator, ACTIVATIONS.get(name));
    }
    if (name.matches("conv(\\d+x\\d+|_dilated\\d+|_groups\\d+|_depthwise)(_\\w+)?")) {
      return OperatorWindows.convolution(operator);
    }
    if (name.matches("(max|avg)pool\\d+(_s\\d+)?(_p\\d+)?(_ceil)?(_incl|_excl)?")) {
      return OperatorWindows.pool(operator);
    }
    if (name.matches("groupnorm\\d+")) {
      return groupNorm(operator);
    }
    if (name.matches("leaky\\d\\d+")) {
      double slope = Double.parseDouble(name.replaceFirst("leaky(\\d)", "$1."));
      return activation(operator, x -> Functions.leakyRelu(x, slope));
    }
    if (name.matches("softmax(_axis\\d)?")) {
      return Functions.softmax(operator.in(0), operator.named("axis(\\d)", -1));
    }
    if (name.matches("log_softmax(_axis\\d)?")) {
      return Functions.logSoftmax(operator.in(0), operator.named("axis(\\d)", -1));
    }
    return null;
  }

  /** An activation of the operand, which notes such as "relu6(5x)" scale. */
  private static Expr activation(OperatorCase operator, UnaryOperator<Expr> function) {
    return function.apply(operator.in(0).times(operator.noted("\\(([\\d.]+)x", 1)));
  }

  private static Expr linear(OperatorCase operator) {
    Expr product = operator.in(0).matmulTransposed(operator.in(1));
    return operator.operands() == 2 ? product : product.plus(operator.in(2));
  }

  private static double epsilon(OperatorCase operator, double otherwise) {
    return operator.noted("eps ([\\d.e-]+)", otherwise);
  }

  private static Expr batchNorm(OperatorCase operator) {
    BatchNorm norm = BatchNorm.of(operator.in(0).shape().extent(1));
    return operator.layer(norm.withEpsilon(epsilon(operator, 1e-5)), Mode.TRAINING);
  }

  /** Its statistics are constants to derivatives; the note says how operands make them. */
  private static @Nullable Expr frozenBatchNorm(OperatorCase operator) {
    if (!operator.note.contains("mean = in3, variance = in4^2 +")) {
      return null;
    }
    Expr mean = alongChannels(operator.in(3)).detached();
    double least = operator.noted("in4\\^2 \\+ ([\\d.]+)", 0);
    Expr variance = alongChannels(operator.in(4)).squared().plus(least).detached();
    return operator
        .in(0)
        .minus(mean)
        .dividedBy(variance.plus(epsilon(operator, 1e-5)).sqrt())
        .times(alongChannels(operator.in(1)))
        .plus(alongChannels(operator.in(2)));
  }

  private static Expr alongChannels(Expr perChannel) {
    return perChannel.reshape(perChannel.shape().size(), 1, 1);
  }

  private static Expr layerNorm(OperatorCase operator) {
    Shape shape = operator.in(0).shape();
    LayerNorm norm =
        operator.name.endsWith("channels")
            ? LayerNorm.overChannels(shape.extent(1))
            : LayerNorm.of(shape.extent(-1));
    return operator.layer(norm.withEpsilon(epsilon(operator, 1e-6)), Mode.INFERENCE);
  }

  private static Expr groupNorm(OperatorCase operator) {
    int groups = operator.named("groupnorm(\\d+)", 1);
    GroupNorm norm = GroupNorm.of(groups, operator.in(0).shape().extent(1));
    return operator.layer(norm.withEpsilon(epsilon(operator, 1e-5)), Mode.INFERENCE);
  }

  private static @Nullable Expr crossEntropy(OperatorCase operator) {
    String targets = operator.noted("targets ([\\d ]+)");
    if (targets == null) {
      return null;
    }
    String[] classes = targets.trim().split(" +", -1);
    int count = operator.in(0).shape().extent(1);
    Tensor labels =
        Tensor.generate(
            operator.in(0).shape(), i -> Integer.parseInt(classes[i / count]) == i % count ? 1 : 0);
    double smoothing = operator.noted("smoothing ([\\d.]+)", 0);
    return CrossEntropy.withLabelSmoothing(smoothing)
        .perImage(operator.in(0), Expr.constant(labels));
  }

  private static Expr attention(OperatorCase operator) {
    double scale = 1 / Math.sqrt(operator.in(0).shape().extent(-1));
    Expr scores = operator.in(0).matmulTransposed(operator.in(1)).times(scale);
    return Functions.softmax(scores, -1).matmul(operator.in(2));
  }

  /** With swish, as in EfficientNet, unless the note says otherwise. */
  private static Expr squeezeExcite(OperatorCase operator) {
    Shape reduce = operator.in(1).shape();
    Activation activation = operator.note.contains("relu") ? Activation.RELU : Activation.SWISH;
    SqueezeExcite block = SqueezeExcite.of(reduce.extent(1), reduce.extent(0));
    return operator.layer(block.withActivation(activation), Mode.INFERENCE);
  }

  private static Expr quotient(OperatorCase operator) {
    return operator.in(0).dividedBy(operator.in(1).squared().plus(1));
  }

  private static Expr concat(OperatorCase operator) {
    Expr[] parts =
        IntStream.range(0, operator.operands()).mapToObj(operator::in).toArray(Expr[]::new);
    return Functions.concat((int) operator.noted("axis (\\d)", 1), parts);
  }

  private static Expr pad(OperatorCase operator) {
    int rank = operator.in(0).shape().rank();
    int[] before = new int[rank];
    int[] after = new int[rank];
    before[rank - 2] = (int) operator.noted("top (\\d+)", 0);
    after[rank - 2] = (int) operator.noted("bottom (\\d+)", 0);
    before[rank - 1] = (int) operator.noted("left (\\d+)", 0);
    after[rank - 1] = (int) operator.noted("right (\\d+)", 0);
    return Functions.pad(operator.in(0), before, after);
  }

  /** The positions that a note in NumPy's notation names, such as {@code [:,1:,::2,1:-1]}. */
  private static @Nullable Expr slice(OperatorCase operator) {
    String notation = operator.noted("\\[([-\\d:, ]+)]");
    if (notation == null) {
      return null;
    }
    String[] axes = notation.split(",", -1);
    List<Span> spans = new ArrayList<>();
    for (int axis = 0; axis < operator.in(0).shape().rank(); axis++) {
      String[] bounds = (axis < axes.length ? axes[axis].trim() : ":").split(":", -1);
      int extent = operator.in(0).shape().extent(axis);
      int from = bound(bounds, 0, 0, extent);
      int to = bound(bounds, 1, extent, extent);
      int step = bound(bounds, 2, 1, extent);
      spans.add(new Span(from, step, Math.max(0, (to - from + step - 1) / step)));
    }
    return operator.in(0).slice(spans.toArray(Span[]::new));
  }

  private static int bound(String[] bounds, int place, int otherwise, int extent) {
    if (place >= bounds.length || bounds[place].isBlank()) {
      return otherwise;
    }
    int bound = Integer.parseInt(bounds[place].trim());
    return bound < 0 ? bound + extent : Math.min(bound, extent);
  }

  /** Channels last, where the result's shape says so. */
  private static @Nullable Expr transpose(OperatorCase operator) {
    Shape shape = operator.in(0).shape();
    if (shape.rank() != 4) {
      return null;
    }
    Expr moved = operator.in(0).permute(0, 2, 3, 1);
    return moved.shape().equals(operator.out) ? moved : null;
  }

  private static Expr resize(OperatorCase operator) {
    return Functions.resizeBilinear(
        operator.in(0), operator.out.extent(-2), operator.out.extent(-1));
  }

  private static int[] reduced(OperatorCase operator) {
    return IntStream.range(operator.out.rank(), operator.in(0).shape().rank()).toArray();
  }

  private static Expr deviation(OperatorCase operator) {
    Expr variance = Functions.varianceKeeping(operator.in(0), reduced(operator));
    return Functions.guardedSqrt(variance).reshape(operator.out);
  }

  private static Expr maximum(OperatorCase operator) {
    return Functions.maxKeeping(operator.in(0), reduced(operator)).reshape(operator.out);
  }
}
