package org.neuralharmonizer.program;

import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.tensor.Shape;

/** Which sums a loop can form while it runs: those of long runs of neighbouring elements. */
final class TerminalSum {

  /** Shorter runs are added faster side by side, by a step of their own. */
  private static final int LEAST_RUN = 16;

  private TerminalSum() {}

  /** Whether the sums of an expression take turns in runs that are long enough. */
  static boolean is(Expr expr) {
    return expr.primitive().code() == Code.SUM && isLong(run(expr)) && takesTurns(expr);
  }

  /** Whether neighbouring elements are enough for a loop to add them up while it runs. */
  static boolean isLong(int run) {
    return run >= LEAST_RUN;
  }

  /** Neighbouring elements of one sum. */
  static int run(Expr sum) {
    Shape shape = sum.inputs().get(0).shape();
    int run = 1;
    for (int axis = shape.rank() - 1; axis >= 0 && isSummed(sum, axis); axis--) {
      run *= shape.extent(axis);
    }
    return run;
  }

  /** Whether the axes that are kept lie next to each other. */
  private static boolean takesTurns(Expr sum) {
    Shape shape = sum.inputs().get(0).shape();
    int axis = shape.rank() - 1;
    while (axis >= 0 && isSummed(sum, axis)) {
      axis--;
    }
    while (axis >= 0 && !(isSummed(sum, axis) && shape.extent(axis) > 1)) {
      axis--;
    }
    while (axis >= 0 && (isSummed(sum, axis) || shape.extent(axis) == 1)) {
      axis--;
    }
    return axis < 0;
  }

  private static boolean isSummed(Expr sum, int axis) {
    return ((Reduction.Sum) sum.primitive()).axes().contains(axis);
  }
}
