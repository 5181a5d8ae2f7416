package org.neuralharmonizer.autodiff;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;

/** A function to differentiate and where: one row of the gradient table. */
public record GradientRow(String name, List<Expr> inputs, Range range, Expr output) {

  /** Where inputs are drawn, so that no kink or pole lies within reach of a difference. */
  public enum Range {
    /** Standard normal, for functions smooth everywhere. */
    ANY,
    /** Uniform in 0.5 … 2. */
    POSITIVE,
    /** Magnitude in 0.3 … 1.5, either sign. */
    AWAY_FROM_ZERO,
    /** Distinct, evenly spaced in −2 … 2, for functions that compare elements. */
    DISTINCT;

    /** Values for that many elements. */
    public double[] draw(int size, SeededRandom random) {
      int[] order = random.permutation(size);
      return IntStream.range(0, size)
          .mapToDouble(
              i ->
                  switch (this) {
                    case ANY -> random.nextGaussian();
                    case POSITIVE -> random.nextDouble(0.5, 2);
                    case AWAY_FROM_ZERO ->
                        random.nextDouble(0.3, 1.5) * (random.nextInt(2) == 0 ? -1 : 1);
                    case DISTINCT -> 4 * (order[i] + 0.5) / size - 2;
                  })
          .toArray();
    }
  }

  static GradientRow of(String name, Range range, Function<Expr, Expr> function, int... extents) {
    Expr x = Expr.input("x", Shape.of(extents));
    return new GradientRow(name, List.of(x), range, function.apply(x));
  }

  static GradientRow of(String name, Function<List<Expr>, Expr> function, Shape... shapes) {
    List<Expr> inputs =
        IntStream.range(0, shapes.length).mapToObj(i -> Expr.input("x" + i, shapes[i])).toList();
    return new GradientRow(name, inputs, Range.ANY, function.apply(inputs));
  }

  @Override
  public String toString() {
    return name;
  }
}
