package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

class ConvolutionsTest {

  private static final int GUARD = 3;
  private static final int TRIALS = 250;

  static Stream<Kernels> kernels() {
    return Stream.of(KernelProvider.scalar(), KernelProvider.best());
  }

  /** One random problem; operands begin at an offset and results are followed by a guard. */
  private static final class Case {
    final ConvGeometry geometry;
    final int images;
    final int channels;
    final int filters;
    final float[] x;
    final float[] w;
    final float[] y;

    Case(SplittableRandom random, ConvGeometry geometry, int images, int channels, int filters) {
      this.geometry = geometry;
      this.images = images;
      this.channels = channels;
      this.filters = filters;
      WindowAxis rows = geometry.rows();
      WindowAxis columns = geometry.columns();
      x = values(random, images * channels * rows.extent() * columns.extent());
      w = values(random, filters * channels / geometry.groups() * geometry.window().taps());
      y = values(random, images * filters * rows.outputs() * columns.outputs());
    }

    private static float[] values(SplittableRandom random, int size) {
      return Samples.uniform(random, size + 2 * GUARD);
    }

    /** A third each: one group, one channel per group with a multiplier, groups of several. */
    static Case random(SplittableRandom random, int extent) {
      int kind = random.nextInt(3);
      int groups = kind == 0 ? 1 : 1 + random.nextInt(4);
      int channels = kind == 1 ? groups : groups * (1 + random.nextInt(5));
      int filters = groups * (1 + random.nextInt(5));
      WindowGeometry window = Geometries.window(random, extent);
      return new Case(
          random, new ConvGeometry(window, groups), 1 + random.nextInt(3), channels, filters);
    }

    void run(Convolutions convolutions, int member, float[] result) {
      if (member == 0) {
        convolutions
            .conv2d(x, GUARD, w, GUARD, result, GUARD, images, channels, filters, geometry)
            .run();
      } else if (member == 1) {
        convolutions
            .conv2dInput(y, GUARD, w, GUARD, result, GUARD, images, channels, filters, geometry)
            .run();
      } else {
        convolutions
            .conv2dFilter(x, GUARD, y, GUARD, result, GUARD, images, channels, filters, geometry)
            .run();
      }
    }

    float[] resultOf(int member) {
      float[] result = (member == 0 ? y : member == 1 ? x : w).clone();
      Arrays.fill(result, GUARD, result.length - GUARD, Float.NaN);
      return result;
    }

    /** The trio is one sum of products x · w · y; which index stays free names the member. */
    Reference expected(int member) {
      Reference expected = new Reference(resultOf(member).length - 2 * GUARD);
      WindowAxis rows = geometry.rows();
      WindowAxis columns = geometry.columns();
      int perGroup = channels / geometry.groups();
      int outputs = rows.outputs() * columns.outputs();
      for (int i = 0; i < images * filters * outputs; i++) {
        int filter = i / outputs % filters;
        int image = i / outputs / filters;
        int group = filter / (filters / geometry.groups());
        for (int c = 0; c < perGroup; c++) {
          for (int t = 0; t < geometry.window().taps(); t++) {
            int row = rows.position(i % outputs / columns.outputs(), t / columns.kernel());
            int column = columns.position(i % columns.outputs(), t % columns.kernel());
            if (row >= 0 && row < rows.extent() && column >= 0 && column < columns.extent()) {
              int plane = image * channels + group * perGroup + c;
              int at = (plane * rows.extent() + row) * columns.extent() + column;
              int weight = (filter * perGroup + c) * geometry.window().taps() + t;
              add(expected, member, at, weight, i);
            }
          }
        }
      }
      return expected;
    }

    private void add(Reference expected, int member, int at, int weight, int output) {
      if (member == 0) {
        expected.add(output, x[GUARD + at], w[GUARD + weight]);
      } else if (member == 1) {
        expected.add(at, y[GUARD + output], w[GUARD + weight]);
      } else {
        expected.add(weight, x[GUARD + at], y[GUARD + output]);
      }
    }

    @Override
    public String toString() {
      return "%d images, %d channels, %d filters, %s"
          .formatted(images, channels, filters, geometry);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theTrioMatchesItsDefinitionOnAnyGeometry(Kernels kernels) {
    try (Workers workers = new Workers(2, kernels)) {
      Convolutions convolutions = new Convolutions(workers, kernels.loops());
      SplittableRandom random = new SplittableRandom(11);
      for (int trial = 0; trial < TRIALS; trial++) {
        check(convolutions, Case.random(random, trial % 10 == 0 ? 40 : 13));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theTrioMatchesItsDefinitionOnUsualLayers(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(12);
    try (Workers workers = new Workers(2, kernels)) {
      Convolutions convolutions = new Convolutions(workers, kernels.loops());
      check(convolutions, layer(random, 2, 40, 70, 7, 1, 1, 0, 1));
      check(convolutions, layer(random, 2, 40, 70, 9, 1, 2, 0, 1));
      check(convolutions, layer(random, 1, 3, 40, 40, 7, 2, 3, 1));
      check(convolutions, layer(random, 3, 64, 33, 7, 3, 1, 1, 1));
      check(convolutions, layer(random, 1, 1, 1, 70, 5, 2, 2, 1));
      check(convolutions, layer(random, 2, 3, 16, 64, 3, 1, 1, 1));
      check(convolutions, layer(random, 3, 16, 20, 33, 3, 1, 1, 1));
      check(convolutions, layer(random, 2, 8, 10, 30, 5, 1, 0, 1));
      check(convolutions, layer(random, 2, 8, 12, 40, 3, 1, 1, 2));
      check(convolutions, layer(random, 2, 6, 6, 75, 3, 1, 1, 6));
      check(convolutions, layer(random, 2, 6, 12, 31, 5, 2, 2, 6));
      check(convolutions, rowFilter(random, 3, 2, 224, 62, 2));
      check(convolutions, rowFilter(random, 2, 3, 90, 100, 1));
    }
  }

  private static Case layer(
      SplittableRandom random,
      int images,
      int channels,
      int filters,
      int extent,
      int kernel,
      int stride,
      int padding,
      int groups) {
    WindowAxis axis = WindowAxis.padded(extent, kernel, stride, padding, padding);
    ConvGeometry geometry = new ConvGeometry(new WindowGeometry(axis, axis), groups);
    return new Case(random, geometry, images, channels, filters);
  }

  /** A window of one row, whose planes are cut into bands. */
  private static Case rowFilter(
      SplittableRandom random, int images, int channels, int height, int width, int stride) {
    WindowAxis rows = WindowAxis.valid(height, 1, 1);
    WindowGeometry window = new WindowGeometry(rows, WindowAxis.same(width, 5, stride));
    return new Case(random, new ConvGeometry(window, channels), images, channels, channels);
  }

  private static void check(Convolutions convolutions, Case problem) {
    for (int member = 0; member < 3; member++) {
      float[] result = problem.resultOf(member);
      float[] before = result.clone();
      problem.run(convolutions, member, result);
      problem.expected(member).assertMatches(result, GUARD, member + " of " + problem);
      for (int i = 0; i < GUARD; i++) {
        assertThat(result[i]).isEqualTo(before[i]);
        assertThat(result[result.length - 1 - i]).isEqualTo(before[before.length - 1 - i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theNumberOfThreadsDoesNotChangeABit(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(13);
    for (int trial = 0; trial < 20; trial++) {
      Case problem =
          trial < 15
              ? Case.random(random, 60)
              : layer(random, 4, 20, 24, 28, 3, 1 + trial % 2, 1, 1);
      float[][] first = new float[3][];
      for (int threads : new int[] {1, 2, 7}) {
        try (Workers workers = new Workers(threads, kernels)) {
          Convolutions convolutions = new Convolutions(workers, kernels.loops());
          for (int member = 0; member < 3; member++) {
            float[] result = problem.resultOf(member);
            problem.run(convolutions, member, result);
            first[member] = first[member] == null ? result : first[member];
            assertThat(result).as("%d threads, %s", threads, problem).isEqualTo(first[member]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void anOutputIsNotFiniteExactlyWhereItsWindowIsNot(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(14);
    try (Workers workers = new Workers(1, kernels)) {
      for (int groups : new int[] {1, 4}) {
        Case problem = layer(random, 1, 4, 4, 9, 3, 2, 1, groups);
        problem.x[GUARD + 40] = Float.NaN;
        float[] result = problem.resultOf(0);
        problem.run(new Convolutions(workers, kernels.loops()), 0, result);
        double[] expected = problem.expected(0).values;
        for (int i = 0; i < expected.length; i++) {
          assertThat(Float.isNaN(result[GUARD + i])).isEqualTo(Double.isNaN(expected[i]));
        }
      }
    }
  }
}
