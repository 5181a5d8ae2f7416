package org.neuralharmonizer.io.onnx;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.tensor.Shape;

/** Normalizations, softmax and drop-out. */
final class NormalizationRules {
  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.9;
  private static final int SCALE = 1;
  private static final int BIAS = 2;
  private static final int MEAN = 3;
  private static final int VARIANCE = 4;
  private static final int PER_CHANNEL = 21;
  private static final int ALONG_ONE_AXIS = 13;
  private static final int RATIO_AS_OPERAND = 12;

  private NormalizationRules() {}

  static final Map<String, Rule> RULES =
      Map.ofEntries(
          entry("BatchNormalization", Rule.one(NormalizationRules::batch)),
          entry("LayerNormalization", NormalizationRules::layer),
          entry("RMSNormalization", Rule.one(NormalizationRules::rootMeanSquare)),
          entry("InstanceNormalization", Rule.one(NormalizationRules::instance)),
          entry("GroupNormalization", Rule.one(NormalizationRules::group)),
          entry("Softmax", Rule.one(c -> alongAxis(c, Functions::softmax))),
          entry("LogSoftmax", Rule.one(c -> alongAxis(c, Functions::logSoftmax))),
          entry("Dropout", NormalizationRules::dropout));

  private static double epsilon(Call call) {
    return call.node().number("epsilon", EPSILON);
  }

  private static Expr inverseDeviation(Call call, Expr variance) {
    return variance.plus(epsilon(call)).sqrt().reciprocal();
  }

  private static Expr perChannel(Call call, int index) {
    return Broadcasts.along(1, call.shape(0).rank(), call.x(index));
  }

  /** In training over the batch, with what it finds recorded, as where the network comes from. */
  private static Expr batch(Call call) {
    if (call.node().flag("training_mode")) {
      throw new UnsupportedNodeException(
          "it was exported in training mode; export the network for inference");
    }
    if (call.node().integer("spatial", 1) == 0) {
      throw new UnsupportedNodeException(
          "it normalizes single pixels, which newer versions do not");
    }
    Expr x = call.x(0);
    if (!call.isTraining() || !isRecorded(call, MEAN) || !isRecorded(call, VARIANCE)) {
      Expr scale = call.x(SCALE).times(inverseDeviation(call, call.x(VARIANCE)));
      Expr shift = call.x(BIAS).minus(call.x(MEAN).times(scale));
      int rank = x.shape().rank();
      return x.times(Broadcasts.along(1, rank, scale)).plus(Broadcasts.along(1, rank, shift));
    }
    int[] others = IntStream.range(0, x.shape().rank()).filter(axis -> axis != 1).toArray();
    Expr mean = call.context().meanOverShares(x.meanKeeping(others));
    Expr centred = x.minus(mean);
    Expr variance = call.context().meanOverShares(centred.squared().meanKeeping(others));
    record(call, MEAN, mean);
    record(call, VARIANCE, variance);
    return centred
        .times(perChannel(call, SCALE).times(inverseDeviation(call, variance)))
        .plus(perChannel(call, BIAS));
  }

  private static boolean isRecorded(Call call, int index) {
    return call.x(index).primitive() instanceof Leaves.Input && call.operand(index).isKnown();
  }

  private static void record(Call call, int index, Expr value) {
    double momentum = call.node().number("momentum", MOMENTUM);
    Expr running = call.x(index);
    Expr current = value.reshape(running.shape());
    call.context().update(running, running.times(momentum).plus(current.times(1 - momentum)));
  }

  private static List<Operand> layer(Call call) {
    Expr x = call.x(0);
    int[] axes = fromAxis(call);
    Expr mean = x.meanKeeping(axes);
    Expr centred = x.minus(mean);
    Expr inverse = inverseDeviation(call, centred.squared().meanKeeping(axes));
    Expr y = centred.times(inverse).times(call.x(1));
    return List.of(
        call.result(call.has(2) ? y.plus(call.x(2)) : y), call.result(mean), call.result(inverse));
  }

  private static Expr rootMeanSquare(Call call) {
    Expr x = call.x(0);
    Expr squares = x.squared().meanKeeping(fromAxis(call));
    return x.times(inverseDeviation(call, squares)).times(call.x(1));
  }

  private static int[] fromAxis(Call call) {
    int rank = call.shape(0).rank();
    return IntStream.range(call.axis(call.node().integer("axis", -1), rank), rank).toArray();
  }

  private static Expr instance(Call call) {
    Expr x = call.x(0);
    return standardized(call, x, IntStream.range(2, x.shape().rank()).toArray())
        .times(perChannel(call, 1))
        .plus(perChannel(call, 2));
  }

  private static Expr standardized(Call call, Expr x, int... axes) {
    Expr centred = x.minus(x.meanKeeping(axes));
    return centred.times(inverseDeviation(call, centred.squared().meanKeeping(axes)));
  }

  /** Before version 21 scale and bias are one number for each group. */
  private static Expr group(Call call) {
    Expr x = call.x(0);
    Shape shape = x.shape();
    int groups = call.node().integer("num_groups", 1);
    Expr grouped = x.reshape(shape.extent(0), groups, shape.inner().size() / groups);
    Expr y = standardized(call, grouped, 2);
    if (call.version() < PER_CHANNEL) {
      y = y.times(Broadcasts.along(1, 3, call.x(1))).plus(Broadcasts.along(1, 3, call.x(2)));
      return y.reshape(shape);
    }
    return y.reshape(shape).times(perChannel(call, 1)).plus(perChannel(call, 2));
  }

  /** Before version 13 over the named axis and all within it together. */
  private static Expr alongAxis(Call call, BiFunction<Expr, Integer, Expr> function) {
    Expr x = call.x(0);
    Shape shape = x.shape();
    if (call.version() >= ALONG_ONE_AXIS) {
      return function.apply(x, call.axis(call.node().integer("axis", -1), shape.rank()));
    }
    int axis = call.axis(call.node().integer("axis", 1), shape.rank());
    int outer = IntStream.range(0, axis).map(shape::extent).reduce(1, (a, b) -> a * b);
    Expr rows = x.reshape(outer, outer == 0 ? 0 : shape.size() / outer);
    return function.apply(rows, 1).reshape(shape);
  }

  /** Off but in training; the mask says what was kept. */
  private static List<Operand> dropout(Call call) {
    Expr x = call.x(0);
    OnnxNode node = call.node();
    if (call.has(2) && call.number(2) != 0) {
      throw new UnsupportedNodeException(
          "it was exported in training mode; export the network for inference");
    }
    double ratio = call.has(1) ? call.number(1) : node.number("ratio", 0.5);
    boolean isOn = call.isTraining() && ratio > 0;
    Expr noise = isOn ? call.noise(1 - ratio) : Expr.filled(x.shape(), 1);
    Expr kept = isOn ? noise.step() : noise;
    ElementKind kind = call.version() < RATIO_AS_OPERAND ? call.kind(0) : ElementKind.TRUTH;
    return List.of(call.result(isOn ? x.times(noise) : x), new Operand(kept, kind, !isOn));
  }
}
