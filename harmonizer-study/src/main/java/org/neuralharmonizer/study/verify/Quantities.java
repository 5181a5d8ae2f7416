package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;

/** Values to compute together, and what each must be. Mutable, and confined to one thread. */
final class Quantities {
  private record Quantity(
      String name, Expr value, double[] expected, Tolerance tolerance, double scale) {}

  private final List<Quantity> quantities = new ArrayList<>();

  void add(String name, Expr value, double[] expected, Tolerance tolerance, double scale) {
    quantities.add(new Quantity(name, value, expected, tolerance, scale));
  }

  void add(String name, Expr value, double[] expected, Tolerance tolerance) {
    add(name, value, expected, tolerance, 0);
  }

  void add(String name, Expr value, double expected, Tolerance tolerance) {
    add(name, value, new double[] {expected}, tolerance, 0);
  }

  /** Evaluates and compares all. */
  void compare(PartRecorder.Case test, Map<Expr, double[]> inputs, Evaluator evaluator) {
    List<double[]> values =
        evaluator.evaluate(quantities.stream().map(Quantity::value).toList(), inputs);
    for (int i = 0; i < values.size(); i++) {
      Quantity each = quantities.get(i);
      test.compare(each.name, values.get(i), each.expected, each.tolerance, each.scale);
    }
  }
}
