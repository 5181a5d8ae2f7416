package org.neuralharmonizer.study.verify;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;

/** Whatever computes the values of expressions: a backend, or a reference. */
@FunctionalInterface
public interface Evaluator {

  /**
   * The values of some expressions, each in row-major order.
   *
   * @param inputs a value for each input that the outputs depend on, and possibly more
   */
  List<double[]> evaluate(List<Expr> outputs, Map<Expr, double[]> inputs);
}
