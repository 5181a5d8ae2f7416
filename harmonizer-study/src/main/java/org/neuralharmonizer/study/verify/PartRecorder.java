package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Collects the cases of one part. Mutable, and confined to one thread. */
final class PartRecorder {
  private final String part;
  private final Precision precision;
  private final List<String> failed = new ArrayList<>();
  private final List<String> notClaimed = new ArrayList<>();
  private final Map<String, Integer> notClaimedValues = new TreeMap<>();
  private int passed;
  private double worstError;
  private double worstTolerance = 1;
  private String worstValue = "";

  PartRecorder(String part, Precision precision) {
    this.part = part;
    this.precision = precision;
  }

  /** Runs one case; one that compares nothing is not claimed, one that throws has failed. */
  void run(String name, Consumer<Case> comparisons) {
    Case recorded = new Case(name);
    try {
      comparisons.accept(recorded);
    } catch (RuntimeException problem) {
      recorded.problems.add(problem.toString());
    }
    if (!recorded.problems.isEmpty()) {
      failed.add(name + ": " + String.join("; ", recorded.problems));
    } else if (recorded.compared > 0) {
      passed++;
    } else {
      notClaimed(name);
    }
  }

  void notClaimed(String name) {
    notClaimed.add(name);
  }

  PartReport report() {
    List<String> unclaimed = new ArrayList<>(notClaimed);
    notClaimedValues.forEach((value, cases) -> unclaimed.add(value + " in " + cases + " cases"));
    return new PartReport(part, passed, failed, unclaimed, worstError, worstTolerance, worstValue);
  }

  /** The comparisons of one case. */
  final class Case {
    private final String name;
    private final List<String> problems = new ArrayList<>();
    private int compared;

    private Case(String name) {
      this.name = name;
    }

    /** A value of the case that this build does not compute. */
    void notClaimed(String value) {
      notClaimedValues.merge(value, 1, Integer::sum);
    }

    void compare(String value, double[] actual, double[] expected, Tolerance tolerance) {
      compare(value, actual, expected, tolerance, 0);
    }

    /** Compares scalars. */
    void compare(String value, double actual, double expected, Tolerance tolerance) {
      compare(value, new double[] {actual}, new double[] {expected}, tolerance, 0);
    }

    /**
     * Compares by the Euclidean norm of the difference, relative to that of what is expected.
     *
     * @param scale the norm of everything of this kind: an error below the tolerance times the
     *     tolerance times this passes however small the expected value is, since values that are
     *     zero in exact arithmetic have no digits
     */
    void compare(
        String value, double[] actual, double[] expected, Tolerance tolerance, double scale) {
      compared++;
      if (actual.length != expected.length) {
        problems.add(value + " has " + actual.length + " values, not " + expected.length);
        return;
      }
      double allowed = tolerance.at(precision);
      double error = relativeError(actual, expected, allowed * scale);
      // Written so that NaN fails.
      if (!(error <= allowed)) {
        problems.add("%s is off by %.1e of %.0e allowed".formatted(value, error, allowed));
      }
      if (!(error / allowed <= worstError / worstTolerance)) {
        worstError = error;
        worstTolerance = allowed;
        worstValue = name + " " + value;
      }
    }

    /** Compares what has no digits, such as names. */
    void same(String value, Object actual, Object expected) {
      compared++;
      if (!actual.equals(expected)) {
        problems.add("%s is %s, not %s".formatted(value, actual, expected));
      }
    }
  }

  private static double relativeError(double[] actual, double[] expected, double floor) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      boolean equal = Double.compare(actual[i], expected[i]) == 0;
      double deviation = equal ? 0 : actual[i] - expected[i];
      difference += deviation * deviation;
      norm += Double.isFinite(expected[i]) ? expected[i] * expected[i] : 0;
    }
    return difference == 0 ? 0 : Math.sqrt(difference) / (Math.sqrt(norm) + floor);
  }
}
