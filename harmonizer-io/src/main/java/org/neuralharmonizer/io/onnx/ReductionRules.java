package org.neuralharmonizer.io.onnx;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;

/** Operators that make one number of several. */
final class ReductionRules {
  private ReductionRules() {}

  /** Over axes, which stay with extent 1. */
  private interface Keeping extends BiFunction<Expr, int[], Expr> {}

  static final Map<String, Rule> RULES =
      Map.ofEntries(
          entry("ReduceSum", reduction(0, (x, axes) -> x.sumKeeping(axes))),
          entry("ReduceMean", reduction(Double.NaN, (x, axes) -> x.meanKeeping(axes))),
          entry(
              "ReduceMax",
              reduction(Double.NEGATIVE_INFINITY, (x, axes) -> Functions.maxKeeping(x, axes))),
          entry("ReduceMin", reduction(Double.POSITIVE_INFINITY, ReductionRules::minimum)),
          entry("ReduceL1", reduction(0, (x, axes) -> Functions.absolute(x).sumKeeping(axes))),
          entry("ReduceL2", reduction(0, ReductionRules::norm)),
          entry("ReduceSumSquare", reduction(0, (x, axes) -> x.squared().sumKeeping(axes))),
          entry(
              "ReduceLogSum",
              reduction(Double.NEGATIVE_INFINITY, (x, axes) -> x.sumKeeping(axes).log())),
          entry("ReduceLogSumExp", reduction(Double.NEGATIVE_INFINITY, ReductionRules::logSumExp)));

  /** With the result for no elements, where that is not what the function gives. */
  private static Rule reduction(double nothing, Keeping function) {
    return Rule.one(
        call -> {
          Expr x = call.x(0);
          int rank = x.shape().rank();
          int[] axes = call.axes(1, rank);
          if (axes == null || axes.length == 0) {
            if (call.node().flag("noop_with_empty_axes")) {
              return x;
            }
            axes = IntStream.range(0, rank).toArray();
          }
          if (axes.length == 0) {
            return x;
          }
          Expr kept = isEmpty(x, axes) ? ofNothing(x, nothing, axes) : function.apply(x, axes);
          return call.node().integer("keepdims", 1) != 0 ? kept : Broadcasts.without(kept, axes);
        });
  }

  private static boolean isEmpty(Expr x, int... axes) {
    return IntStream.of(axes).anyMatch(axis -> x.shape().extent(axis) == 0);
  }

  private static Expr ofNothing(Expr x, double value, int... axes) {
    Shape kept = x.shape();
    for (int axis : axes) {
      kept = kept.with(axis, 1);
    }
    return Expr.filled(kept, value);
  }

  private static Expr minimum(Expr x, int... axes) {
    return Functions.maxKeeping(x.negated(), axes).negated();
  }

  /** Of zeros 0, with derivative 0. */
  private static Expr norm(Expr x, int... axes) {
    return Functions.guardedSqrt(x.squared().sumKeeping(axes));
  }

  private static Expr logSumExp(Expr x, int... axes) {
    Expr largest = Functions.maxKeeping(x, axes).detached();
    return x.minus(largest).exp().sumKeeping(axes).log().plus(largest);
  }
}
