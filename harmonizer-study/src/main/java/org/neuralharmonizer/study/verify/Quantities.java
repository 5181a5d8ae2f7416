package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Tensor;

/** Values to compute together, and what each must be. Mutable, and confined to one thread. */
final class Quantities {
  private record Quantity(String name, Expr value, Tolerance tolerance, double scale) {}

  private final List<Quantity> quantities = new ArrayList<>();
  private final List<double[]> expectations = new ArrayList<>();
  private final Set<String> seen = new LinkedHashSet<>();
  private final List<String> undefined = new ArrayList<>();

  void add(String name, Expr value, double[] expected, Tolerance tolerance, double scale) {
    // Where the reference differentiated a square root at 0 it has no value to compare with.
    if (expected.length > 0 && DoubleStream.of(expected).allMatch(Double::isNaN)) {
      undefined.add(name);
    } else {
      quantities.add(new Quantity(name, value, tolerance, scale));
      expectations.add(expected);
    }
  }

  /** Adds a value if the reference holds one of this name: a tensor, a number or a list. */
  void add(String name, Expr value, Map<String, ?> reference, Tolerance tolerance, double scale) {
    double[] expected = expected(reference.get(name));
    seen.add(name);
    if (expected != null) {
      add(name, value, expected, tolerance, scale);
    }
  }

  void add(String name, Expr value, Map<String, ?> reference, Tolerance tolerance) {
    add(name, value, reference, tolerance, 0);
  }

  private static double @Nullable [] expected(@Nullable Object value) {
    if (value instanceof Tensor tensor) {
      return Values.doubles(tensor);
    }
    if (value instanceof List<?>) {
      return Values.numbers(value);
    }
    return value == null ? null : new double[] {Values.number(value)};
  }

  /** Evaluates and compares all. */
  void compare(PartRecorder.Case test, Map<Expr, double[]> inputs, Evaluator evaluator) {
    List<double[]> values =
        evaluator.evaluate(quantities.stream().map(Quantity::value).toList(), inputs);
    for (int i = 0; i < values.size(); i++) {
      Quantity each = quantities.get(i);
      test.compare(each.name, values.get(i), expectations.get(i), each.tolerance, each.scale);
    }
    undefined.forEach(name -> test.notClaimed(name + ", undefined in the reference,"));
  }

  /** Reports what the reference holds but nobody added, apart from names that match a pattern. */
  void reportOthers(PartRecorder.Case test, Map<String, ?> reference, String apartFrom) {
    for (String name : reference.keySet()) {
      if (!seen.contains(name) && !name.matches(apartFrom)) {
        test.notClaimed(name);
      }
    }
  }
}
