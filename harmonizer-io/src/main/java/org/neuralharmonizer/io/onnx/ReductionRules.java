package org.neuralharmonizer.io.onnx;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;

/** Operators that make one number of several. */
final class ReductionRules {
  private ReductionRules() {}

  /** Over axes, which stay with extent 1. */
  private interface Keeping extends BiFunction<Expr, int[], Expr> {}

  static final Map<String, Rule> RULES =
      Map.ofEntries(
          entry("ReduceSum", reduction((x, axes) -> x.sumKeeping(axes))),
          entry("ReduceMean", reduction((x, axes) -> x.meanKeeping(axes))),
          entry("ReduceMax", reduction((x, axes) -> Functions.maxKeeping(x, axes))),
          entry("ReduceMin", reduction(ReductionRules::minimum)),
          entry("ReduceL1", reduction((x, axes) -> Functions.absolute(x).sumKeeping(axes))),
          entry("ReduceL2", reduction(ReductionRules::norm)),
          entry("ReduceSumSquare", reduction((x, axes) -> x.squared().sumKeeping(axes))),
          entry("ReduceLogSum", reduction((x, axes) -> x.sumKeeping(axes).log())),
          entry("ReduceLogSumExp", reduction(ReductionRules::logSumExp)));

  private static Rule reduction(Keeping function) {
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
          Expr kept = function.apply(x, axes);
          return call.node().integer("keepdims", 1) != 0 ? kept : Broadcasts.without(kept, axes);
        });
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
