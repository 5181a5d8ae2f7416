package org.neuralharmonizer.testing;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Expressions that a backend computes in one program, and how near each must come to double
 * precision. Many in one program, because loading one may take a compiler a second.
 */
final class ConformanceCase {
  private final String name;
  private final SeededRandom random;
  private final List<Expr> inputs = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final List<Wanted> wanted = new ArrayList<>();

  /** What a result is held to. */
  sealed interface Agreement {}

  /** ‖a − b‖ ≤ tolerance · max(1, ‖b‖); all finite. */
  record InNorm(double tolerance) implements Agreement {}

  /**
   * Each element by itself, at most so many units in the last place of the rounded reference; NaN
   * where it is NaN, the same infinity where it is infinite. Zeros may differ in sign.
   */
  record InUlps(double units) implements Agreement {}

  /** One result. */
  record Wanted(String name, Expr value, Agreement agreement) {}

  ConformanceCase(String name) {
    this.name = name;
    this.random = SeededRandom.of(name.hashCode());
  }

  /** An argument of standard normal values. */
  Expr gaussian(int... extents) {
    return input(Shape.of(extents), i -> random.nextGaussian());
  }

  /** An argument of whole numbers from 0 up to but without a bound. */
  Expr whole(int bound, int... extents) {
    return input(Shape.of(extents), i -> random.nextInt(bound));
  }

  Expr input(Shape shape, IntToDoubleFunction value) {
    return input(Tensor.generate(shape, value));
  }

  Expr input(Tensor value) {
    return input(Expr.input("input" + inputs.size(), value.shape()), value);
  }

  Expr input(Expr leaf, Tensor value) {
    inputs.add(leaf);
    values.add(value);
    return leaf;
  }

  SeededRandom random() {
    return random;
  }

  void near(double tolerance, String what, Expr value) {
    wanted.add(new Wanted(what, value, new InNorm(tolerance)));
  }

  void exact(String what, Expr value) {
    within(0, what, value);
  }

  void within(double units, String what, Expr value) {
    wanted.add(new Wanted(what, value, new InUlps(units)));
  }

  List<Wanted> wanted() {
    return wanted;
  }

  List<Tensor> values() {
    return values;
  }

  /** The program of some of the results. */
  Signature signature(List<Wanted> some) {
    return Signature.of(inputs, some.stream().map(Wanted::value).toList());
  }

  /** What they are in double precision. */
  List<double[]> expected() {
    Map<Expr, double[]> wide = new IdentityHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      wide.put(inputs.get(i), Differences.doubles(values.get(i)));
    }
    return DoubleInterpreter.evaluate(wanted.stream().map(Wanted::value).toList(), wide);
  }

  @Override
  public String toString() {
    return name;
  }
}
