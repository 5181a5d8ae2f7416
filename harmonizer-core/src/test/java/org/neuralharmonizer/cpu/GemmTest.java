package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {

  static Stream<Kernels> kernels() {
    return Stream.of(KernelProvider.scalar(), KernelProvider.best());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void productsOfAnySizeMatchTheTripleLoop(Kernels kernels) {
    try (Workers workers = new Workers(2, kernels)) {
      SplittableRandom random = new SplittableRandom(3);
      for (int trial = 0; trial < 300; trial++) {
        int[] extents = {
          1 + random.nextInt(70),
          1 + random.nextInt(90),
          1 + random.nextInt(trial < 280 ? 60 : 1500)
        };
        check(workers, kernels, random, extents[0], extents[1], extents[2]);
      }
      check(workers, kernels, random, 600, 40, 30);
      check(workers, kernels, random, 1, 300, 700);
      check(workers, kernels, random, 300, 1, 700);
      check(workers, kernels, random, 9, 700, 20);
    }
  }

  private static void check(
      Workers workers, Kernels kernels, SplittableRandom random, int m, int n, int depth) {
    boolean ta = random.nextBoolean();
    boolean tb = random.nextBoolean();
    boolean accumulate = random.nextInt(3) == 0;
    int lda = (ta ? m : depth) + random.nextInt(3);
    int ldb = (tb ? depth : n) + random.nextInt(3);
    int ldc = n + random.nextInt(3);
    float[] a = Samples.uniform(random, 2 + lda * (ta ? depth : m));
    float[] b = Samples.uniform(random, 3 + ldb * (tb ? n : depth));
    float[] c = Samples.uniform(random, 1 + ldc * m);
    float[] before = c.clone();
    Reference expected = new Reference(ldc * m);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < ldc; j++) {
        if (accumulate || j >= n) {
          expected.add(i * ldc + j, before[1 + i * ldc + j], 1);
        }
        for (int d = 0; d < depth && j < n; d++) {
          float left = a[2 + (ta ? d * lda + i : i * lda + d)];
          expected.add(i * ldc + j, left, b[3 + (tb ? j * ldb + d : d * ldb + j)]);
        }
      }
    }
    new Gemm(workers, kernels.loops())
        .multiply(m, n, depth, a, 2, lda, ta, b, 3, ldb, tb, c, 1, ldc, accumulate)
        .run();
    expected.assertMatches(c, 1, "%d × %d × %d %s %s".formatted(m, n, depth, ta, tb));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theNumberOfThreadsDoesNotChangeABit(Kernels kernels) {
    int[][] sizes = {{64, 3000, 100}, {20, 27, 9000}, {700, 130, 300}, {2, 5000, 300}};
    for (int[] size : sizes) {
      float[] a = Samples.uniform(1, size[0] * size[2]);
      float[] b = Samples.uniform(2, size[1] * size[2]);
      float[] first = new float[size[0] * size[1]];
      for (int threads : new int[] {1, 2, 7}) {
        float[] c = new float[first.length];
        try (Workers workers = new Workers(threads, kernels)) {
          new Gemm(workers, kernels.loops())
              .multiply(
                  size[0], size[1], size[2], a, 0, size[2], false, b, 0, size[1], false, c, 0,
                  size[1], false)
              .run();
        }
        if (threads == 1) {
          System.arraycopy(c, 0, first, 0, c.length);
        }
        assertThat(c).as("%d threads", threads).isEqualTo(first);
      }
    }
  }

  @Test
  void batchesShareAnOperandOfStepZero() {
    Kernels kernels = KernelProvider.best();
    float[] a = Samples.uniform(1, 50 * 17 * 8);
    float[] b = Samples.uniform(2, 8 * 17);
    float[] c = new float[50 * 17 * 17];
    Reference expected = new Reference(c.length);
    for (int i = 0; i < 50 * 17; i++) {
      for (int j = 0; j < 17; j++) {
        for (int d = 0; d < 8; d++) {
          expected.add(i * 17 + j, a[i * 8 + d], b[j * 8 + d]);
        }
      }
    }
    try (Workers workers = new Workers(2, kernels)) {
      new Gemm(workers, kernels.loops())
          .multiplyAll(50, 17, 17, 8, a, 0, 17 * 8, 8, false, b, 0, 0, 8, true, c, 0, 17 * 17, 17)
          .run();
    }
    expected.assertMatches(c, 0, "batch");
  }

  @Test
  void infinitiesAndNaNStayInTheirRowAndColumn() {
    Kernels kernels = KernelProvider.best();
    float[] a = Samples.uniform(1, 20 * 20);
    float[] b = Samples.uniform(2, 20 * 40);
    a[3 * 20 + 5] = Float.NaN;
    b[2 * 40 + 7] = Float.POSITIVE_INFINITY;
    float[] c = new float[20 * 40];
    try (Workers workers = new Workers(1, kernels)) {
      new Gemm(workers, kernels.loops())
          .multiply(20, 40, 20, a, 0, 20, false, b, 0, 40, false, c, 0, 40, false)
          .run();
    }
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j < 40; j++) {
        float value = c[i * 40 + j];
        assertThat(Float.isNaN(value)).isEqualTo(i == 3);
        assertThat(Float.isInfinite(value)).isEqualTo(i != 3 && j == 7);
      }
    }
  }
}
