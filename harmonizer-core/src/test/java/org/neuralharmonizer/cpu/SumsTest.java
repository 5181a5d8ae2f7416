package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SumsTest {

  static Stream<Kernels> kernels() {
    return Stream.of(KernelProvider.scalar(), KernelProvider.best());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsOverAnyAxesMatchAndAreTheSameForAnyTeam(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(41);
    try (Workers one = new Workers(1, kernels);
        Workers two = new Workers(2, kernels);
        Workers seven = new Workers(7, kernels)) {
      for (int trial = 0; trial < 300; trial++) {
        int[] shape = new int[random.nextInt(6)];
        boolean[] summed = new boolean[shape.length];
        for (int i = 0; i < shape.length; i++) {
          shape[i] = 1 + random.nextInt(9);
          summed[i] = random.nextBoolean();
        }
        check(kernels, shape, summed, random, one, two, seven);
      }
      check(kernels, new int[] {300_000}, new boolean[] {true}, random, one, two, seven);
      check(kernels, new int[] {3, 0}, new boolean[] {false, true}, random, one, two, seven);
      check(kernels, new int[] {0, 3}, new boolean[] {true, false}, random, one, two, seven);
      check(kernels, new int[] {20_000, 33}, new boolean[] {true, false}, random, one, two, seven);
      check(kernels, new int[] {4, 90_000}, new boolean[] {false, true}, random, one, two, seven);
      check(
          kernels,
          new int[] {8, 20, 3000},
          new boolean[] {true, false, true},
          random,
          one,
          two,
          seven);
      check(kernels, new int[] {9, 5000}, new boolean[] {true, false}, random, one, two, seven);
      check(
          kernels,
          new int[] {2, 5000, 2, 30},
          new boolean[] {false, true, true, false},
          random,
          one,
          two,
          seven);
    }
  }

  private static void check(
      Kernels kernels, int[] shape, boolean[] summed, SplittableRandom random, Workers... teams) {
    int[] dense = Movements.denseStrides(shape);
    int size = 1;
    int outputs = 1;
    int[] strides = new int[shape.length];
    for (int i = shape.length - 1; i >= 0; i--) {
      size *= shape[i];
      strides[i] = summed[i] ? 0 : outputs;
      outputs *= summed[i] ? 1 : shape[i];
    }
    float[] x = Samples.uniform(random, size + 1);
    double[] expected = new double[outputs];
    for (int i = 0; i < size; i++) {
      int output = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        output += i / dense[axis] % shape[axis] * strides[axis];
      }
      expected[output] += x[1 + i];
    }
    float[] first = null;
    for (Workers team : teams) {
      float[] result = new float[outputs];
      new Sums(team, kernels.loops()).sum(shape, summed, x, 1, result, 0).run();
      first = first == null ? result : first;
      assertThat(result).isEqualTo(first);
      for (int i = 0; i < outputs; i++) {
        // Exact but for the last rounding to float, and rounding in double of 300 000 terms.
        double bound = Math.abs(expected[i]) * 0x1p-24 + 1e-10;
        assertThat((double) result[i]).isCloseTo(expected[i], within(bound));
      }
    }
  }
}
