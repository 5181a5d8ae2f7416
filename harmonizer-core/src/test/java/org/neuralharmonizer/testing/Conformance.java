package org.neuralharmonizer.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.assertj.core.api.Assertions;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.ConformanceCase.InNorm;
import org.neuralharmonizer.testing.ConformanceCase.InUlps;
import org.neuralharmonizer.testing.ConformanceCase.Wanted;

/** Runs cases on a backend and names every result that is off. */
final class Conformance {
  private static final int SHOWN = 20;

  /** For finding out which results alone cannot be computed. */
  private static final double MOST_SECONDS = 15;

  private Conformance() {}

  /** How a backend is run and judged. */
  record Terms(
      Backend backend,
      ProductPrecision precision,
      boolean isReproducible,
      ToDoubleFunction<Code> leastUnit) {}

  /** Fails with a list of all results that are off. */
  static void check(ConformanceCase each, Terms terms, Fusion fusion) {
    List<double[]> expected = each.expected();
    List<String> problems = new ArrayList<>();
    try {
      List<Tensor> results = run(each, each.wanted(), terms, fusion, problems);
      for (int i = 0; i < results.size(); i++) {
        problems.addAll(problems(each.wanted().get(i), results.get(i), expected.get(i), terms));
      }
    } catch (RuntimeException | Error together) {
      problems.add("all in one program: " + together);
      problems.addAll(oneByOne(each, expected, terms, fusion));
      AssertionError failure = failure(each, fusion, problems);
      failure.initCause(together);
      throw failure;
    }
    if (!problems.isEmpty()) {
      throw failure(each, fusion, problems);
    }
  }

  private static AssertionError failure(
      ConformanceCase each, Fusion fusion, List<String> problems) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, fusion %s: %d of %d results are off"
            .formatted(each, fusion, problems.size(), each.wanted().size()));
    problems.stream().limit(SHOWN).forEach(problem -> text.append("\n  ").append(problem));
    return new AssertionError(text.toString());
  }

  /** Which results cannot even be computed, as far as that is found out in reasonable time. */
  private static List<String> oneByOne(
      ConformanceCase each, List<double[]> expected, Terms terms, Fusion fusion) {
    List<String> problems = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < each.wanted().size(); i++) {
      Wanted wanted = each.wanted().get(i);
      if (problems.size() > SHOWN || (System.nanoTime() - begin) * 1e-9 > MOST_SECONDS) {
        problems.add("not tried alone: " + (each.wanted().size() - i) + " results");
        break;
      }
      try {
        Tensor result = run(each, List.of(wanted), terms, fusion, problems).get(0);
        problems.addAll(problems(wanted, result, expected.get(i), terms));
      } catch (RuntimeException | Error alone) {
        problems.add(wanted.name() + ": " + alone);
      }
    }
    return problems;
  }

  private static List<Tensor> run(
      ConformanceCase each, List<Wanted> some, Terms terms, Fusion fusion, List<String> problems) {
    try (Executable executable =
        terms.backend().load(Compiler.compile(each.signature(some), fusion))) {
      List<Tensor> first = executable.run(each.values());
      List<Tensor> second = executable.run(each.values());
      for (int i = 0; terms.isReproducible() && i < first.size(); i++) {
        if (!second.get(i).equals(first.get(i))) {
          problems.add(some.get(i).name() + ": other bits when run again");
        }
      }
      return first;
    }
  }

  private static List<String> problems(
      Wanted wanted, Tensor actual, double[] expected, Terms terms) {
    if (!actual.shape().equals(wanted.value().shape())) {
      return List.of(
          "%s: shape %s instead of %s"
              .formatted(wanted.name(), actual.shape(), wanted.value().shape()));
    }
    String problem =
        wanted.agreement() instanceof InUlps inUlps
            ? elementwise(
                actual,
                expected,
                inUlps.units(),
                terms.leastUnit().applyAsDouble(wanted.value().primitive().code()))
            : inNorm(
                actual,
                expected,
                tolerance(((InNorm) wanted.agreement()).tolerance(), wanted.value(), terms));
    return problem.isEmpty() ? List.of() : List.of(wanted.name() + ": " + problem);
  }

  /** A tolerance for single precision, or what takes its place behind products in fewer digits. */
  static double tolerance(double single, Expr value, Terms terms) {
    if (terms.precision() == ProductPrecision.SINGLE) {
      return single;
    }
    long products = Graph.ordered(List.of(value)).stream().filter(Conformance::isProduct).count();
    return products == 0 ? single : Math.max(single, OF_TENSOR_FLOAT * Math.min(products, MOST));
  }

  /** Of one product: three times what {@link ProductPrecision#TENSOR_FLOAT} states. */
  private static final double OF_TENSOR_FLOAT = 1e-3;

  /** Errors of more products than this average out. */
  private static final int MOST = 20;

  /** What follows from many products in tensor floats. */
  static final double OF_MANY_PRODUCTS = OF_TENSOR_FLOAT * MOST;

  private static boolean isProduct(Expr expr) {
    Code code = expr.primitive().code();
    return code == Code.MATMUL
        || code == Code.CONV2D
        || code == Code.CONV2D_INPUT
        || code == Code.CONV2D_FILTER;
  }

  /** ‖a − b‖ / max(1, ‖b‖). */
  static double distance(Tensor actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual.value(i) - expected[i], 2);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference) / Math.max(1, Math.sqrt(norm));
  }

  /** Fails unless a result comes near double precision. */
  static void near(String name, Expr value, Tensor actual, double[] expected, Near near) {
    String problem = inNorm(actual, expected, tolerance(near.single(), value, near.terms()));
    if (!problem.isEmpty()) {
      Assertions.fail(name + ": " + problem);
    }
  }

  /** What a result is held to in single precision. */
  record Near(double single, Terms terms) {}

  private static String inNorm(Tensor actual, double[] expected, double tolerance) {
    double distance = distance(actual, expected);
    return distance <= tolerance
        ? ""
        : "off by %.3g, allowed %.3g, first %s"
            .formatted(distance, tolerance, first(actual, expected, tolerance));
  }

  private static String first(Tensor actual, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual.value(i) - expected[i])
          <= tolerance * Math.max(1, Math.abs(expected[i])))) {
        return "%s instead of %s at %d of %d"
            .formatted(actual.value(i), expected[i], i, expected.length);
      }
    }
    return "none by itself";
  }

  private static String elementwise(
      Tensor actual, double[] expected, double units, double leastUnit) {
    int wrong = 0;
    String first = "";
    for (int i = 0; i < expected.length; i++) {
      if (!agrees(actual.value(i), expected[i], units, leastUnit)) {
        wrong++;
        first =
            first.isEmpty()
                ? "%s instead of %s at %d".formatted(actual.value(i), (float) expected[i], i)
                : first;
      }
    }
    return wrong == 0
        ? ""
        : "%d of %d elements differ by more than %s ulp, first %s"
            .formatted(wrong, expected.length, units, first);
  }

  private static boolean agrees(float actual, double expected, double units, double leastUnit) {
    float rounded = (float) expected;
    if (Float.isNaN(rounded)) {
      return Float.isNaN(actual);
    }
    return actual == rounded
        || (Float.isFinite(actual)
            && Float.isFinite(rounded)
            && Math.abs(actual - expected) <= units * Math.max(Math.ulp(rounded), leastUnit));
  }
}
