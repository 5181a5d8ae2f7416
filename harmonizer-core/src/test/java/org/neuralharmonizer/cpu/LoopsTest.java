package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
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
        row("gate", (l, x, y, out, n) -> l.gate(x, 3, y, 2, out, 3, n)),
        row("addAdd run run", (l, x, y, out, n) -> l.addAdd(x, 3, y, 3, x, 2, out, 3, n)),
        row("addAdd run number", (l, x, y, out, n) -> l.addAdd(x, 3, y, 3, -0.3f, out, 3, n)),
        row("addAdd number run", (l, x, y, out, n) -> l.addAdd(x, 3, 1.7f, x, 2, out, 3, n)),
        row("addAdd number number", (l, x, y, out, n) -> l.addAdd(x, 3, 1.7f, -0.3f, out, 3, n)),
        row("addMultiply run run", (l, x, y, out, n) -> l.addMultiply(x, 3, y, 3, x, 2, out, 3, n)),
        row(
            "addMultiply run number",
            (l, x, y, out, n) -> l.addMultiply(x, 3, y, 3, -0.3f, out, 3, n)),
        row(
            "addMultiply number run",
            (l, x, y, out, n) -> l.addMultiply(x, 3, 1.7f, x, 2, out, 3, n)),
        row(
            "addMultiply number number",
            (l, x, y, out, n) -> l.addMultiply(x, 3, 1.7f, -0.3f, out, 3, n)),
        row("multiplyAdd run run", (l, x, y, out, n) -> l.multiplyAdd(x, 3, y, 3, x, 2, out, 3, n)),
        row(
            "multiplyAdd run number",
            (l, x, y, out, n) -> l.multiplyAdd(x, 3, y, 3, -0.3f, out, 3, n)),
        row(
            "multiplyAdd number run",
            (l, x, y, out, n) -> l.multiplyAdd(x, 3, 1.7f, x, 2, out, 3, n)),
        row(
            "multiplyAdd number number",
            (l, x, y, out, n) -> l.multiplyAdd(x, 3, 1.7f, -0.3f, out, 3, n)),
        row(
            "multiplyMultiply run run",
            (l, x, y, out, n) -> l.multiplyMultiply(x, 3, y, 3, x, 2, out, 3, n)),
        row(
            "multiplyMultiply run number",
            (l, x, y, out, n) -> l.multiplyMultiply(x, 3, y, 3, -0.3f, out, 3, n)),
        row(
            "multiplyMultiply number run",
            (l, x, y, out, n) -> l.multiplyMultiply(x, 3, 1.7f, x, 2, out, 3, n)),
        row(
            "multiplyMultiply number number",
            (l, x, y, out, n) -> l.multiplyMultiply(x, 3, 1.7f, -0.3f, out, 3, n)),
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
              assertThat(BEST.sumOfProducts(x, 2, y, 1, n))
                  .isCloseTo(SCALAR.sumOfProducts(x, 2, y, 1, n), within(bound));
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
              Arrays.fill(lowest, Float.NEGATIVE_INFINITY);
              assertThat(BEST.maxIndex(lowest, 0, n)).isZero();
            });
  }

  /** Widths on both sides of one and two vectors, little and much room between rows. */
  @Test
  void rowsAreCopiedExactly() {
    for (int width : new int[] {1, 2, 7, 14, 15, 16, 17, 28, 31, 32, 33, 56}) {
      for (int gap : new int[] {0, 1, 4, 20}) {
        for (int rows : new int[] {1, 2, 3, 9}) {
          compareRows(width, width + gap, rows);
        }
      }
    }
  }

  private static void compareRows(int width, int pitch, int rows) {
    int xPitch = 2 * width;
    // The last row ends with the array: nothing may be read beyond.
    float[] x = Samples.withSpecials(width, 1 + (rows - 1) * xPitch + width);
    int size = (rows - 1) * pitch + width;
    float[] expected = new float[1 + size + Loops.SLACK];
    float[] actual = new float[expected.length];
    expected[0] = actual[0] = 2f;
    SCALAR.spreadRows(x, 1, xPitch, width, rows, 0.5f, expected, 1, pitch);
    BEST.spreadRows(x, 1, xPitch, width, rows, 0.5f, actual, 1, pitch);
    String description = "%d rows of %d, %d apart".formatted(rows, width, pitch);
    assertThat(Arrays.copyOf(actual, 1 + size))
        .as(description)
        .isEqualTo(Arrays.copyOf(expected, 1 + size));

    float[] packed = new float[rows * width + 2];
    float[] again = new float[packed.length];
    packed[0] = again[0] = packed[packed.length - 1] = again[packed.length - 1] = 2f;
    float[] exact = Arrays.copyOf(expected, 1 + size);
    SCALAR.packRows(exact, 1, pitch, width, rows, packed, 1);
    BEST.packRows(exact, 1, pitch, width, rows, again, 1);
    assertThat(again).as(description).isEqualTo(packed);
  }

  /** Widths of panels on vectors of 8, and not. */
  @Test
  void rowsArePickedExactly() {
    int[] steps = {9, 0, 4, 30};
    for (int width : new int[] {1, 16, 17, 32}) {
      float[] x = Samples.withSpecials(width, 1 + 30 + width);
      float[] expected = new float[1 + steps.length * width];
      for (int i = 0; i < steps.length; i++) {
        System.arraycopy(x, 1 + steps[i], expected, 1 + i * width, width);
      }
      float[] scalar = new float[expected.length];
      float[] best = new float[expected.length];
      SCALAR.pickRows(x, 1, steps, steps.length, width, scalar, 1);
      BEST.pickRows(x, 1, steps, steps.length, width, best, 1);
      assertThat(scalar).as("width %d", width).isEqualTo(expected);
      assertThat(best).as("width %d", width).isEqualTo(expected);
    }
  }

  /** Widths of tiles' rows and columns, whole panels and not. */
  @Test
  void rowsAreCutIntoPanelsExactly() {
    for (int width : new int[] {1, 4, 6, 8, 16, 32, 64}) {
      for (int columns : new int[] {1, 15, 16, 17, 64, 100}) {
        int rows = 5;
        int pitch = columns + 2;
        int step = rows * width + 1;
        float[] x = Samples.withSpecials(width, 1 + rows * pitch);
        int count = (columns + width - 1) / width;
        float[] expected = new float[1 + count * step];
        Arrays.fill(expected, 2f);
        float[] scalar = expected.clone();
        float[] best = expected.clone();
        for (int row = 0; row < rows; row++) {
          for (int i = 0; i < count * width; i++) {
            int at = 1 + i / width * step + row * width + i % width;
            expected[at] = i < columns ? x[1 + row * pitch + i] : 0f;
          }
        }
        SCALAR.panels(x, 1, pitch, rows, columns, width, scalar, 1, step);
        BEST.panels(x, 1, pitch, rows, columns, width, best, 1, step);
        String description = "%d columns, panels of %d".formatted(columns, width);
        assertThat(scalar).as(description).isEqualTo(expected);
        assertThat(best).as(description).isEqualTo(expected);
      }
    }
  }

  /** Rows of tiles and columns of panels, whole vectors and not. */
  @Test
  void rowsAreTransposedExactly() {
    for (int rows : new int[] {1, 3, 4, 7, 8, 12, 16, 21, 32, 41}) {
      for (int columns : new int[] {1, 7, 8, 16, 35}) {
        for (int outPitch : new int[] {rows, rows + 5}) {
          compareTransposed(rows, columns, 1, outPitch);
          compareTransposed(rows, columns, 3, outPitch);
        }
      }
    }
  }

  private static void compareTransposed(int rows, int columns, int step, int outPitch) {
    int pitch = columns * step + 2;
    float[] x = Samples.withSpecials(rows, 1 + rows * pitch);
    // The last element ends the array: nothing may be written beyond.
    float[] expected = new float[1 + (columns - 1) * outPitch + rows];
    Arrays.fill(expected, 2f);
    float[] scalar = expected.clone();
    float[] best = expected.clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        expected[1 + j * outPitch + i] = x[1 + i * pitch + j * step];
      }
    }
    SCALAR.transpose(x, 1, pitch, step, rows, columns, scalar, 1, outPitch);
    BEST.transpose(x, 1, pitch, step, rows, columns, best, 1, outPitch);
    String description =
        "%d × %d, every %d, to lines of %d".formatted(rows, columns, step, outPitch);
    assertThat(scalar).as(description).isEqualTo(expected);
    assertThat(best).as(description).isEqualTo(expected);
  }

  /** Runs on both sides of one and two vectors. */
  @Test
  void elementsAreRepeatedExactly() {
    for (int run : new int[] {1, 2, 7, 15, 16, 17, 31, 32, 33, 49, 196}) {
      for (int step : new int[] {0, 1, 3}) {
        for (int count : new int[] {1, 2, 9}) {
          compareRepeated(run, step, count);
        }
      }
    }
  }

  private static void compareRepeated(int run, int step, int count) {
    // The last element ends the array: nothing may be read beyond.
    float[] x = Samples.withSpecials(run, 1 + (count - 1) * step + 1);
    float[] expected = new float[1 + count * run + Loops.SLACK];
    float[] actual = new float[expected.length];
    expected[0] = actual[0] = 2f;
    SCALAR.repeat(x, 1, step, count, run, expected, 1);
    BEST.repeat(x, 1, step, count, run, actual, 1);
    assertThat(Arrays.copyOf(actual, 1 + count * run))
        .as("%d elements, %d apart, %d times", count, step, run)
        .isEqualTo(Arrays.copyOf(expected, 1 + count * run));
  }

  @Test
  void everySecondElementGoesAndComesBack() {
    Samples.awkwardSizes()
        .forEach(
            n -> {
              float[] x = Samples.withSpecials(n, n + 2);
              float[] halves = new float[n + 4];
              float[] again = new float[n + 4];
              int odd = 1 + (n + 1) / 2;
              SCALAR.split(x, 2, n, halves, 1, halves, odd);
              BEST.split(x, 2, n, again, 1, again, odd);
              assertThat(again).as("%d elements", n).isEqualTo(halves);
              float[] whole = new float[n + 4];
              BEST.merge(halves, 1, halves, odd, whole, 2, n);
              assertThat(Arrays.copyOfRange(whole, 2, n + 2))
                  .as("%d elements", n)
                  .isEqualTo(Arrays.copyOfRange(x, 2, n + 2));
              assertThat(whole[n + 2]).isZero();
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
    Arrays.fill(actual, Float.NaN);
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
