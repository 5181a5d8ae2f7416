package org.neuralharmonizer.testing;

import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Every elementwise primitive: at awkward arguments, and over awkward sizes. */
final class ElementwiseCases {
  private static final float[] AWKWARD = {
    0f,
    -0f,
    1f,
    -1f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    1e-40f,
    -1e-40f,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1e-20f,
    1e20f,
    -1e20f,
    88.7f,
    88.8f,
    89.5f,
    -87.3f,
    -87.5f,
    -103.5f,
    -104.5f,
    0.625f,
    0.6249f,
    0.85f,
    -0.84999f,
    3.9f,
    -4f,
    9.1f,
    -20f,
    0.5f,
    1.0000001f,
    0.99999994f,
    8388608f,
    16777217f,
    -2.5f,
    3f
  };

  /** Sizes that take long to compile one by one where each has a kernel of its own. */
  private static final int SIZES_PER_CASE = 24;

  private ElementwiseCases() {}

  static List<ConformanceCase> awkwardArguments() {
    ConformanceCase each = new ConformanceCase("elementwise, awkward arguments");
    Tensor values = Tensor.of(Shape.of(AWKWARD.length), AWKWARD);
    Expr across = each.input(values);
    Expr down = each.input(values.reshape(Shape.of(AWKWARD.length, 1)));
    Shape square = Shape.of(AWKWARD.length, AWKWARD.length);
    addUnary(each, across, "");
    addBinary(each, across.broadcastTo(square), down.broadcastTo(square), "");
    return List.of(each);
  }

  /** Around every vector length and every unrolling, and a few long ones. */
  static List<ConformanceCase> sizes() {
    int[] sizes =
        IntStream.concat(IntStream.rangeClosed(1, 67), IntStream.of(128, 1000, 1023, 1024, 4097))
            .toArray();
    return IntStream.iterate(0, i -> i < sizes.length, i -> i + SIZES_PER_CASE)
        .mapToObj(i -> IntStream.range(i, Math.min(i + SIZES_PER_CASE, sizes.length)))
        .map(places -> sizes(places.map(i -> sizes[i]).toArray()))
        .toList();
  }

  /** Some of them: with and without a remainder, below and above a block of threads. */
  static List<ConformanceCase> sampledSizes() {
    return List.of(sizes(2, 3, 4, 5, 8, 31, 32, 67, 128, 1000, 1023, 1024, 4097));
  }

  /** The few sizes that a backend is tried on where every primitive is a step of its own. */
  static List<ConformanceCase> fewSizes() {
    return List.of(sizes(1, 33, 1023));
  }

  private static ConformanceCase sizes(int... sizes) {
    ConformanceCase each =
        new ConformanceCase(
            "elementwise, sizes %d … %d".formatted(sizes[0], sizes[sizes.length - 1]));
    for (int size : sizes) {
      Expr x = each.input(strewn(each, size));
      addUnary(each, x, " of size " + size);
      addBinary(each, x, each.input(strewn(each, size)), " of size " + size);
    }
    return each;
  }

  /** Uniform in −8 … 8 with awkward values strewn in. */
  private static Tensor strewn(ConformanceCase each, int size) {
    return Tensor.generate(
        Shape.of(size),
        i ->
            each.random().nextInt(4) == 0
                ? AWKWARD[each.random().nextInt(AWKWARD.length)]
                : each.random().nextDouble(-8, 8));
  }

  /** Bounds are those of the CUDA mathematics library, which the built-in functions keep too. */
  private static void addUnary(ConformanceCase each, Expr x, String where) {
    each.within(2, "exp" + where, x.exp());
    each.within(2, "log" + where, x.log());
    each.within(0, "sqrt" + where, x.sqrt());
    each.within(1, "reciprocal" + where, x.reciprocal());
    each.within(2, "tanh" + where, x.tanh());
    each.within(3, "erf" + where, x.erf());
    // Not 0.5 and −2, which are roots and quotients, and differ from pow at −∞ and below 1e-38.
    for (double exponent : new double[] {2.5, -1.5, 3}) {
      each.within(4, "power " + exponent + where, x.power(exponent));
    }
    each.exact("scale" + where, x.times(-2.5));
    each.exact("step" + where, x.step());
    each.exact("sign" + where, x.sign());
  }

  private static void addBinary(ConformanceCase each, Expr x, Expr y, String where) {
    each.exact("add" + where, x.plus(y));
    each.exact("multiply" + where, x.times(y));
    each.exact("greater" + where, x.greater(y));
    each.exact("equal" + where, Expr.of(new Comparison.Equal(), x, y));
    each.exact("select" + where, Functions.select(x, y, y.plus(1)));
    each.exact("detach" + where, x.detached().plus(y));
  }
}
