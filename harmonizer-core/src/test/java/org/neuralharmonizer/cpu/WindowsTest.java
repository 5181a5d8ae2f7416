package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

class WindowsTest {

  private static final int PLANES = 3;

  static Stream<Kernels> kernels() {
    return Stream.of(KernelProvider.scalar(), KernelProvider.best());
  }

  private interface Visit {
    /** {@code input} is −1 in the padding. */
    void at(int output, int tap, int input);
  }

  private static void visit(WindowGeometry window, int planes, Visit visit) {
    WindowAxis rows = window.rows();
    WindowAxis columns = window.columns();
    int outputs = rows.outputs() * columns.outputs();
    for (int o = 0; o < planes * outputs; o++) {
      for (int t = 0; t < window.taps(); t++) {
        int row = rows.position(o % outputs / columns.outputs(), t / columns.kernel());
        int column = columns.position(o % columns.outputs(), t % columns.kernel());
        boolean inside =
            row >= 0 && row < rows.extent() && column >= 0 && column < columns.extent();
        int plane = o / outputs * rows.extent();
        visit.at(o, t, inside ? (plane + row) * columns.extent() + column : -1);
      }
    }
  }

  private static int inputs(WindowGeometry window) {
    return PLANES * window.rows().extent() * window.columns().extent();
  }

  private static int outputs(WindowGeometry window) {
    return PLANES * window.rows().outputs() * window.columns().outputs();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsAndTheirTransposeMatchTheirDefinition(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(21);
    try (Workers workers = new Workers(2, kernels)) {
      Windows windows = new Windows(workers, kernels.loops());
      for (int trial = 0; trial < 250; trial++) {
        WindowGeometry window = window(random, trial);
        float[] x = Samples.uniform(random, inputs(window));
        float[] y = Samples.uniform(random, outputs(window));
        Reference sums = new Reference(y.length);
        Reference spread = new Reference(x.length);
        visit(
            window,
            PLANES,
            (o, t, i) -> {
              if (i >= 0) {
                sums.add(o, x[i], 1);
                spread.add(i, y[o], 1);
              }
            });
        float[] result = nans(y.length);
        windows.windowSum(x, 0, result, 0, PLANES, window).run();
        sums.assertMatches(result, 0, "sums of " + window);
        float[] transposed = nans(x.length);
        windows.windowSpread(y, 0, transposed, 0, PLANES, window).run();
        spread.assertMatches(transposed, 0, "spread of " + window);
      }
    }
  }

  /** Every fifth window is its whole plane. */
  private static WindowGeometry window(SplittableRandom random, int trial) {
    if (trial % 5 > 0) {
      return Geometries.window(random, trial % 10 == 1 ? 40 : 12);
    }
    int height = 1 + random.nextInt(3);
    int width = 1 + random.nextInt(100);
    return new WindowGeometry(
        WindowAxis.valid(height, height, 1), WindowAxis.valid(width, width, 1));
  }

  private static float[] nans(int size) {
    float[] values = new float[size];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theLargestIsFoundGatheredAndScattered(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(22);
    try (Workers workers = new Workers(2, kernels)) {
      Windows windows = new Windows(workers, kernels.loops());
      for (int trial = 0; trial < 250; trial++) {
        WindowGeometry window = window(random, trial);
        float[] x = withTies(random, inputs(window));
        int[] chosen = largest(window, x);
        float[] index = nans(chosen.length);
        windows.argMaxWindow(x, 0, index, 0, PLANES, window).run();
        for (int o = 0; o < chosen.length; o++) {
          assertThat(index[o]).as("output %d of %s", o, window).isEqualTo(chosen[o]);
        }
        checkGatherAndScatter(windows, window, x, index, random);
      }
    }
  }

  /** Few distinct values, −∞ and NaN among them. */
  private static float[] withTies(SplittableRandom random, int size) {
    float[] values = {-1f, 0f, -0f, 2f, 2f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY};
    float[] x = new float[size];
    for (int i = 0; i < size; i++) {
      x[i] = random.nextInt(20) == 0 ? Float.NaN : values[random.nextInt(values.length)];
    }
    return x;
  }

  private static int[] largest(WindowGeometry window, float[] x) {
    int[] chosen = new int[outputs(window)];
    float[] best = new float[chosen.length];
    boolean[] found = new boolean[chosen.length];
    visit(
        window,
        PLANES,
        (o, t, i) -> {
          if (i >= 0
              && (!found[o] || x[i] > best[o] || (Float.isNaN(x[i]) && !Float.isNaN(best[o])))) {
            chosen[o] = t;
            best[o] = x[i];
            found[o] = true;
          }
        });
    return chosen;
  }

  private static void checkGatherAndScatter(
      Windows windows, WindowGeometry window, float[] x, float[] index, SplittableRandom random) {
    float[] y = Samples.uniform(random, index.length);
    float[] gathered = new float[index.length];
    float[] scattered = new float[x.length];
    visit(
        window,
        PLANES,
        (o, t, i) -> {
          if (index[o] == t && i >= 0) {
            gathered[o] = x[i];
            scattered[i] += y[o];
          }
        });
    float[] result = nans(index.length);
    windows.gatherWindow(x, 0, index, 0, result, 0, PLANES, window).run();
    assertThat(result).isEqualTo(gathered);
    float[] transposed = nans(x.length);
    windows.scatterWindow(y, 0, index, 0, transposed, 0, PLANES, window).run();
    assertThat(transposed).isEqualTo(scattered);
  }

  @Test
  void theNumberOfThreadsDoesNotChangeABit() {
    Kernels kernels = KernelProvider.best();
    WindowAxis axis = WindowAxis.padded(41, 3, 2, 1, 1);
    WindowGeometry window = new WindowGeometry(axis, axis);
    float[] x = Samples.uniform(1, 500 * 41 * 41);
    float[] first = new float[500 * axis.outputs() * axis.outputs()];
    for (int threads : new int[] {1, 2, 7}) {
      float[] result = new float[first.length];
      try (Workers workers = new Workers(threads, kernels)) {
        new Windows(workers, kernels.loops()).windowSum(x, 0, result, 0, 500, window).run();
      }
      if (threads == 1) {
        System.arraycopy(result, 0, first, 0, result.length);
      }
      assertThat(result).isEqualTo(first);
    }
  }
}
