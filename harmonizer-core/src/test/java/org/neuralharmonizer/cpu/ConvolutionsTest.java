package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.backend.ShortConvolution;

class ConvolutionsTest {

  private static final int TRIALS = 250;

  static Stream<Kernels> kernels() {
    return Stream.of(KernelProvider.scalar(), KernelProvider.best());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theTrioMatchesItsDefinitionOnAnyGeometry(Kernels kernels) {
    try (Workers workers = new Workers(2, kernels)) {
      Convolutions convolutions = new Convolutions(workers, kernels, ShortConvolution.WHERE_FASTER);
      SplittableRandom random = new SplittableRandom(11);
      for (int trial = 0; trial < TRIALS; trial++) {
        check(convolutions, ConvolutionCase.random(random, trial % 10 == 0 ? 40 : 13));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theTrioMatchesItsDefinitionOnUsualLayers(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(12);
    try (Workers workers = new Workers(2, kernels)) {
      Convolutions convolutions = new Convolutions(workers, kernels, ShortConvolution.WHERE_FASTER);
      check(convolutions, ConvolutionCase.layer(random, 2, 40, 70, 7, 1, 1, 0, 1));
      check(convolutions, ConvolutionCase.layer(random, 2, 40, 70, 9, 1, 2, 0, 1));
      check(convolutions, ConvolutionCase.layer(random, 1, 3, 40, 40, 7, 2, 3, 1));
      check(convolutions, ConvolutionCase.layer(random, 3, 64, 33, 7, 3, 1, 1, 1));
      check(convolutions, ConvolutionCase.layer(random, 1, 1, 1, 70, 5, 2, 2, 1));
      check(convolutions, ConvolutionCase.layer(random, 2, 3, 16, 64, 3, 1, 1, 1));
      check(convolutions, ConvolutionCase.layer(random, 3, 16, 20, 33, 3, 1, 1, 1));
      check(convolutions, ConvolutionCase.layer(random, 2, 8, 10, 30, 5, 1, 0, 1));
      check(convolutions, ConvolutionCase.layer(random, 2, 8, 12, 40, 3, 1, 1, 2));
      check(convolutions, ConvolutionCase.layer(random, 2, 6, 6, 75, 3, 1, 1, 6));
      check(convolutions, ConvolutionCase.layer(random, 2, 6, 12, 31, 5, 2, 2, 6));
      check(convolutions, ConvolutionCase.rowFilter(random, 3, 2, 224, 62, 2));
      check(convolutions, ConvolutionCase.rowFilter(random, 2, 3, 90, 100, 1));
      // One pixel.
      check(convolutions, ConvolutionCase.layer(random, 1, 48, 130, 1, 1, 1, 0, 1));
      check(convolutions, ConvolutionCase.layer(random, 3, 130, 12, 1, 1, 2, 0, 1));
      check(convolutions, ConvolutionCase.layer(random, 9, 17, 33, 1, 1, 1, 0, 1));
      check(convolutions, ConvolutionCase.layer(random, 2, 8, 12, 1, 1, 1, 0, 2));
      check(convolutions, ConvolutionCase.layer(random, 2, 8, 12, 1, 1, 1, 1, 1));
      // More weights than outputs.
      check(convolutions, ConvolutionCase.layer(random, 2, 70, 128, 9, 3, 2, 1, 1));
      check(convolutions, ConvolutionCase.layer(random, 1, 100, 96, 7, 3, 1, 1, 1));
      check(convolutions, ConvolutionCase.layer(random, 1, 257, 264, 9, 1, 2, 0, 1));
    }
  }

  private static void check(Convolutions convolutions, ConvolutionCase problem) {
    for (int member = 0; member < 3; member++) {
      float[] result = problem.resultOf(member);
      float[] before = result.clone();
      problem.run(convolutions, member, result);
      problem
          .expected(member)
          .assertMatches(result, ConvolutionCase.GUARD, member + " of " + problem);
      for (int i = 0; i < ConvolutionCase.GUARD; i++) {
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
      ConvolutionCase problem =
          trial < 15
              ? ConvolutionCase.random(random, 60)
              : ConvolutionCase.layer(random, 4, 20, 24, 28, 3, 1 + trial % 2, 1, 1);
      float[][] first = new float[3][];
      for (int threads : new int[] {1, 2, 7}) {
        try (Workers workers = new Workers(threads, kernels)) {
          Convolutions convolutions =
              new Convolutions(workers, kernels, ShortConvolution.WHERE_FASTER);
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
        ConvolutionCase problem = ConvolutionCase.layer(random, 1, 4, 4, 9, 3, 2, 1, groups);
        problem.x[ConvolutionCase.GUARD + 40] = Float.NaN;
        float[] result = problem.resultOf(0);
        problem.run(new Convolutions(workers, kernels, ShortConvolution.WHERE_FASTER), 0, result);
        double[] expected = problem.expected(0).values;
        for (int i = 0; i < expected.length; i++) {
          assertThat(Float.isNaN(result[ConvolutionCase.GUARD + i]))
              .isEqualTo(Double.isNaN(expected[i]));
        }
      }
    }
  }
}
