package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.backend.ShortConvolution;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

class WinogradTest {

  /**
   * Of the largest sum of absolute terms: an error is not bounded by an element's own terms, since
   * those of its whole tile are mixed and separated again. The worst of these cases needs a third.
   */
  private static final double TOLERANCE = 3e-6;

  private static final int GUARD = ConvolutionCase.GUARD;

  static Stream<Kernels> kernels() {
    return Stream.of(KernelProvider.scalar(), KernelProvider.best());
  }

  /** A member of the trio by Winograd's tiles, whether or not they would be chosen. */
  private static void run(
      ConvolutionCase c, Workers workers, Kernels kernels, int member, float[] result) {
    Winograd winograd =
        new Winograd(workers, kernels.winogradLoops(), ShortConvolution.WHERE_FASTER);
    WinogradTiles forward = WinogradTiles.forward(c.geometry);
    Kernel kernel =
        switch (member) {
          case 0 ->
              winograd.multiply(
                  forward,
                  new WinogradProducts.Weights(c.w, GUARD, c.channels * 9, 9, false),
                  c.filters,
                  c.channels,
                  c.images,
                  c.x,
                  GUARD,
                  result,
                  GUARD);
          case 1 ->
              winograd.multiply(
                  WinogradTiles.transposed(c.geometry),
                  new WinogradProducts.Weights(c.w, GUARD, 9, c.channels * 9, true),
                  c.channels,
                  c.filters,
                  c.images,
                  c.y,
                  GUARD,
                  result,
                  GUARD);
          default ->
              winograd.filterGradient(
                  forward, c.channels, c.filters, c.images, c.x, GUARD, c.y, GUARD, result, GUARD);
        };
    kernel.run();
  }

  private static ConvolutionCase random(SplittableRandom random, int extent, int channels) {
    WindowGeometry window = new WindowGeometry(axis(random, extent), axis(random, extent));
    return new ConvolutionCase(
        random,
        new ConvGeometry(window, 1),
        1 + random.nextInt(3),
        1 + random.nextInt(channels),
        1 + random.nextInt(channels));
  }

  private static WindowAxis axis(SplittableRandom random, int largest) {
    int before = random.nextInt(4);
    int after = random.nextInt(4);
    int least = Math.max(1, 3 - before - after);
    return WindowAxis.padded(least + random.nextInt(largest), 3, 1, before, after);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theTrioMatchesItsDefinition(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(21);
    try (Workers workers = new Workers(2, kernels)) {
      for (int trial = 0; trial < 60; trial++) {
        check(
            random(random, trial % 10 == 0 ? 40 : 12, trial % 3 == 0 ? 70 : 12), workers, kernels);
      }
      // Many filters at once take the other way through the caches.
      check(ConvolutionCase.layer(random, 2, 200, 190, 9, 3, 1, 1, 1), workers, kernels);
    }
  }

  private static void check(ConvolutionCase problem, Workers workers, Kernels kernels) {
    for (int member = 0; member < 3; member++) {
      float[] result = problem.resultOf(member);
      float[] before = result.clone();
      run(problem, workers, kernels, member, result);
      Reference expected = problem.expected(member);
      double bound = TOLERANCE * Arrays.stream(expected.magnitudes).max().orElse(0);
      for (int i = 0; i < expected.values.length; i++) {
        assertThat((double) result[GUARD + i])
            .as("member %d of %s, element %d", member, problem, i)
            .isCloseTo(expected.values[i], within(bound));
      }
      for (int i = 0; i < GUARD; i++) {
        assertThat(result[i]).isEqualTo(before[i]);
        assertThat(result[result.length - 1 - i]).isEqualTo(before[before.length - 1 - i]);
      }
    }
  }

  @Test
  void theNumberOfThreadsDoesNotChangeABit() {
    Kernels kernels = KernelProvider.best();
    SplittableRandom random = new SplittableRandom(22);
    for (int trial = 0; trial < 6; trial++) {
      ConvolutionCase problem =
          trial == 0
              ? ConvolutionCase.layer(random, 3, 190, 200, 14, 3, 1, 1, 1)
              : random(random, 50, 60);
      float[][] first = new float[3][];
      for (int threads : new int[] {1, 2, 7}) {
        try (Workers workers = new Workers(threads, kernels)) {
          for (int member = 0; member < 3; member++) {
            float[] result = problem.resultOf(member);
            run(problem, workers, kernels, member, result);
            first[member] = first[member] == null ? result : first[member];
            assertThat(result).as("%d threads, %s", threads, problem).isEqualTo(first[member]);
          }
        }
      }
    }
  }

  /** The relative error over a whole result, which the documentation states. */
  @Test
  void typicalErrorsAreAFewMillionths() {
    Kernels kernels = KernelProvider.best();
    try (Workers workers = new Workers(2, kernels)) {
      for (int channels : new int[] {64, 256}) {
        ConvolutionCase problem =
            ConvolutionCase.layer(new SplittableRandom(23), 1, channels, 32, 28, 3, 1, 1, 1);
        for (int member = 0; member < 3; member++) {
          float[] result = problem.resultOf(member);
          run(problem, workers, kernels, member, result);
          double[] expected = problem.expected(member).values;
          double error = 0;
          double size = 0;
          for (int i = 0; i < expected.length; i++) {
            error += Math.pow(result[GUARD + i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
          }
          assertThat(Math.sqrt(error / size)).isLessThan(4e-6);
        }
      }
    }
  }

  @Test
  void itIsChosenForWhatItSpeedsUpAndOnlyWhereAllowed() {
    try (Workers workers = new Workers(1, KernelProvider.best())) {
      WinogradLoops loops = KernelProvider.best().winogradLoops();
      Winograd allowed = new Winograd(workers, loops, ShortConvolution.WHERE_FASTER);
      Winograd forbidden = new Winograd(workers, loops, ShortConvolution.NEVER);
      WindowAxis axis = WindowAxis.padded(56, 3, 1, 1, 1);
      ConvGeometry geometry = new ConvGeometry(new WindowGeometry(axis, axis), 1);
      WinogradTiles tiles = WinogradTiles.forward(geometry);
      assertThat(allowed.suits(geometry, tiles, 1, 256, 256)).isTrue();
      assertThat(allowed.suitsFilterGradient(geometry, tiles, 1, 256, 256)).isTrue();
      assertThat(forbidden.suits(geometry, tiles, 1, 256, 256)).isFalse();
      assertThat(forbidden.suitsFilterGradient(geometry, tiles, 1, 256, 256)).isFalse();
      assertThat(allowed.suits(geometry, tiles, 1, 3, 64)).isFalse();
    }
  }

  private interface Transform {
    void run(WinogradLoops loops, float[] x, float[] out, int step, int n);
  }

  static Stream<Arguments> transforms() {
    return Stream.of(
        Arguments.of(
            "input", transform((l, x, out, s, n) -> l.input(x, 1, s, 4 * s, out, 2, s, n))),
        Arguments.of("filter", transform((l, x, out, s, n) -> l.filter(x, 1, s, out, 2, s, n))),
        Arguments.of("output", transform((l, x, out, s, n) -> l.output(x, 1, s, out, 2, s, n))),
        Arguments.of(
            "output gradient",
            transform((l, x, out, s, n) -> l.outputGradient(x, 1, s, out, 2, s, n))),
        Arguments.of(
            "filter gradient",
            transform((l, x, out, s, n) -> l.filterGradient(x, 1, s, out, 2, s, n))));
  }

  private static Transform transform(Transform transform) {
    return transform;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("transforms")
  void vectorLoopsGiveTheScalarBits(String name, Transform transform) {
    Samples.awkwardSizes()
        .forEach(
            n -> {
              int step = n + 3;
              float[] x = Samples.uniform(n, 6 * step + 8);
              float[] expected = new float[6 * step + 8];
              float[] actual = new float[6 * step + 8];
              transform.run(new ScalarWinogradLoops(), x, expected, step, n);
              transform.run(KernelProvider.best().winogradLoops(), x, actual, step, n);
              assertThat(Arrays.equals(expected, actual)).as("%s of %d", name, n).isTrue();
            });
  }
}
