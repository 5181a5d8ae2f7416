package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Vector loops against the scalar ones; without the vector module they are the same and agree. */
class LoopsTest {

  private static final int OFFSET = 3;
  private static final Loops SCALAR = new ScalarLoops();
  private static final Loops BEST = KernelProvider.best().loops();

  private interface Elementwise {
    void run(Loops loops, float[] x, float[] y, float[] out, int n);
  }

  static Stream<Arguments> elementwise() {
    return Stream.of(
        row("add", (l, x, y, out, n) -> l.add(x, 3, y, 3, out, 3, n)),
        row("subtract", (l, x, y, out, n) -> l.subtract(x, 3, y, 3, out, 3, n)),
        row("multiply", (l, x, y, out, n) -> l.multiply(x, 3, y, 3, out, 3, n)),
        row("greater", (l, x, y, out, n) -> l.greater(x, 3, y, 3, out, 3, n)),
        row("equal", (l, x, y, out, n) -> l.equal(x, 3, y, 3, out, 3, n)),
        row("scale", (l, x, y, out, n) -> l.scale(x, 3, 1.7f, out, 3, n)),
        row("shift", (l, x, y, out, n) -> l.shift(x, 3, 1.7f, out, 3, n)),
        row("exp", (l, x, y, out, n) -> l.exp(x, 3, out, 3, n)),
        row("log", (l, x, y, out, n) -> l.log(x, 3, out, 3, n)),
        row("tanh", (l, x, y, out, n) -> l.tanh(x, 3, out, 3, n)),
        row("erf", (l, x, y, out, n) -> l.erf(x, 3, out, 3, n)),
        row("sqrt", (l, x, y, out, n) -> l.sqrt(x, 3, out, 3, n)),
        row("reciprocal", (l, x, y, out, n) -> l.reciprocal(x, 3, out, 3, n)),
        row("step", (l, x, y, out, n) -> l.step(x, 3, out, 3, n)),
        row("sign", (l, x, y, out, n) -> l.sign(x, 3, out, 3, n)),
        row("relu", (l, x, y, out, n) -> l.relu(x, 3, out, 3, n)),
        row("power -2", (l, x, y, out, n) -> l.power(x, 3, -2f, out, 3, n)),
        row("power -1", (l, x, y, out, n) -> l.power(x, 3, -1f, out, 3, n)),
        row("power -0.5", (l, x, y, out, n) -> l.power(x, 3, -0.5f, out, 3, n)),
        row("power 0.5", (l, x, y, out, n) -> l.power(x, 3, 0.5f, out, 3, n)),
        row("power 1", (l, x, y, out, n) -> l.power(x, 3, 1f, out, 3, n)),
        row("power 2", (l, x, y, out, n) -> l.power(x, 3, 2f, out, 3, n)),
        row("power 3", (l, x, y, out, n) -> l.power(x, 3, 3f, out, 3, n)),
        row("power 1.3", (l, x, y, out, n) -> l.power(x, 3, 1.3f, out, 3, n)),
        row("select", (l, x, y, out, n) -> l.select(x, 2, x, 3, y, 3, out, 3, n)));
  }

  private static Arguments row(String name, Elementwise loop) {
    return Arguments.of(name, loop);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("elementwise")
  void elementwiseLoopsGiveTheScalarBits(String name, Elementwise loop) {
    Samples.awkwardSizes()
        .forEach(
            n -> {
              float[] x = Samples.withSpecials(n, n + 2 * OFFSET);
              float[] y = Samples.withSpecials(n + 7, n + 2 * OFFSET);
              float[] expected = new float[n + 2 * OFFSET];
              float[] actual = new float[n + 2 * OFFSET];
              loop.run(SCALAR, x, y, expected, n);
              loop.run(BEST, x, y, actual, n);
              assertThat(actual).as("%s of %d", name, n).isEqualTo(expected);
            });
  }

  @Test
  void anOutputMayBeTheInput() {
    float[] x = Samples.uniform(5, 1000);
    float[] expected = new float[1000];
    BEST.tanh(x, 0, expected, 0, 1000);
    BEST.tanh(x, 0, x, 0, 1000);
    assertThat(x).isEqualTo(expected);
  }

  @Test
  void axpyDiffersByOneRoundingAtMost() {
    Samples.awkwardSizes()
        .forEach(
            n -> {
              float[] x = Samples.uniform(n, n + 3);
              float[] expected = Samples.uniform(n + 1, n + 3);
              float[] actual = expected.clone();
              SCALAR.axpy(0.7f, x, 3, expected, 1, n);
              BEST.axpy(0.7f, x, 3, actual, 1, n);
              // The fused form saves the rounding of a product below 1: half an ulp of 1.
              assertClose(actual, expected, 1.2e-7);
            });
  }

  @Test
  void reductionsAgreeToTheLastBitsOfDouble() {
    Samples.awkwardSizes()
        .forEach(
            n -> {
              float[] x = Samples.uniform(n, n + 3);
              float[] y = Samples.uniform(n + 1, n + 3);
              // Each of n additions of terms below 1 rounds by at most n · 2⁻⁵³.
              double bound = (double) n * n * 0x1p-53 + 1e-15;
              assertThat(BEST.sum(x, 2, n)).isCloseTo(SCALAR.sum(x, 2, n), within(bound));
              assertThat(BEST.dot(x, 2, y, 1, n))
                  .isCloseTo(SCALAR.dot(x, 2, y, 1, n), within(bound));
              double[] expected = new double[n + 2];
              double[] actual = new double[n + 2];
              SCALAR.accumulate(x, 1, expected, 2, n);
              BEST.accumulate(x, 1, actual, 2, n);
              assertThat(actual).isEqualTo(expected);
            });
  }

  @Test
  void theFirstOfTheLargestIsFoundAndNaNBeforeIt() {
    Samples.awkwardSizes()
        .forEach(
            n -> {
              float[] x = Samples.uniform(n, n + 3);
              assertThat(BEST.maxIndex(x, 3, n)).isEqualTo(SCALAR.maxIndex(x, 3, n));
              x[3 + n / 2] = 5f;
              x[3 + n - 1] = 5f;
              assertThat(BEST.maxIndex(x, 3, n)).isEqualTo(n / 2);
              x[3 + n / 3] = Float.NaN;
              assertThat(BEST.maxIndex(x, 3, n)).isEqualTo(n / 3);
              float[] lowest = new float[n];
              java.util.Arrays.fill(lowest, Float.NEGATIVE_INFINITY);
              assertThat(BEST.maxIndex(lowest, 0, n)).isZero();
            });
  }

  @Test
  void filtersAgreeForEveryNumberOfTaps() {
    IntStream.of(1, 2, 3, 4, 5, 7, 9, 10, 15, 25, 45, 49)
        .forEach(
            taps -> IntStream.of(1, 15, 16, 17, 31, 33, 100).forEach(n -> compareFilters(taps, n)));
  }

  private static void compareFilters(int taps, int n) {
    float[] x = Samples.uniform(taps, n + 3 * taps + 1);
    float[] weights = Samples.uniform(n, taps + 1);
    int[] offsets = IntStream.rangeClosed(0, taps).map(t -> (t * 7) % (2 * taps + 1)).toArray();
    float[] expected = new float[n + 1];
    float[] actual = new float[n + 1];
    java.util.Arrays.fill(actual, Float.NaN);
    expected[0] = actual[0] = 2f;
    SCALAR.correlate(x, 1, offsets, 1, weights, 1, taps, expected, 1, n, false);
    BEST.correlate(x, 1, offsets, 1, weights, 1, taps, actual, 1, n, false);
    // Sums of up to 49 terms below 1 in another rounding: 49 · 6e-8 at most.
    assertClose(actual, expected, taps * 1.2e-7);
    SCALAR.correlate(x, 1, offsets, 1, weights, 1, taps, expected, 1, n, true);
    BEST.correlate(x, 1, offsets, 1, weights, 1, taps, actual, 1, n, true);
    assertClose(actual, expected, taps * 3e-7);

    float[] y = Samples.uniform(n + 1, n + 2);
    double[] dots = new double[taps + 1];
    double[] sums = new double[taps + 1];
    SCALAR.correlateDots(x, 1, offsets, 1, taps, y, 2, n, dots, 1);
    BEST.correlateDots(x, 1, offsets, 1, taps, y, 2, n, sums, 1);
    // The vector form sums in float within one call: n roundings of partial sums below n.
    assertThat(sums).containsExactly(dots, within(n * 1.2e-7));
  }

  private static void assertClose(float[] actual, float[] expected, double bound) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as("element %d", i).isCloseTo(expected[i], within(bound));
    }
  }
}
