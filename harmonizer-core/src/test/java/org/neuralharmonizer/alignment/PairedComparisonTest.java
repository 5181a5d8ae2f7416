package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;

class PairedComparisonTest {
  private static final double NONE = Double.NaN;

  @Test
  void smallSamplesAreCountedByHand() {
    // Differences 1, 2, 3, 4, −5: of 32 signs, those with |sum| ≥ 5 are counted by subset sums of
    // {1 … 5}: sum = 2 s − 15, so s ≤ 5 or s ≥ 10; 10 subsets have s ≤ 5, 10 have s ≥ 10.
    PairedComparison comparison =
        PairedComparison.of(new double[] {1, 2, 3, 4, 0, 9}, new double[] {0, 0, 0, 0, 5, NONE}, 1);

    assertThat(comparison.pairs()).isEqualTo(5);
    assertThat(comparison.incomplete()).isEqualTo(1);
    assertThat(comparison.difference().mean()).isEqualTo(1);
    assertThat(comparison.permutation()).hasValue(20 / 32.0);
    // W⁺ = 10, W⁻ = 5: P(W ≤ 5) = 10 / 32, doubled.
    assertThat(comparison.wilcoxon().orElseThrow()).isCloseTo(20 / 32.0, within(1e-12));
    assertThat(comparison.rankBiserial()).hasValue((10.0 - 5.0) / 15);
    // The sum of squares about the mean is 55 − 5 = 50.
    assertThat(comparison.standardizedDifference().orElseThrow())
        .isCloseTo(1 / Math.sqrt(50 / 4.0), within(1e-12));
  }

  @Test
  void equalSeriesShowNoDifference() {
    PairedComparison comparison =
        PairedComparison.of(new double[] {1, 2, 3}, new double[] {1, 2, 3}, 1);

    assertThat(comparison.permutation()).hasValue(1);
    assertThat(comparison.wilcoxon()).isEmpty();
    assertThat(comparison.rankBiserial()).isEmpty();
    assertThat(comparison.standardizedDifference()).isEmpty();
    assertThat(PairedComparison.of(new double[] {NONE}, new double[] {1}, 1).permutation())
        .isEmpty();
  }

  @Test
  void drawnSignsAgreeWithTheOtherTest() {
    SeededRandom random = SeededRandom.of(3);
    double[] first = IntStream.range(0, 60).mapToDouble(i -> random.nextGaussian() + 0.3).toArray();

    PairedComparison comparison = PairedComparison.of(first, new double[60], 5);

    // Two tests of one normal sample; they differ by what ranks lose.
    assertThat(comparison.permutation().orElseThrow())
        .isCloseTo(comparison.wilcoxon().orElseThrow(), within(0.05));
    assertThat(PairedComparison.of(first, new double[60], 5)).isEqualTo(comparison);
  }

  @Test
  void underNoDifferenceProbabilitiesAreUniform() {
    SeededRandom random = SeededRandom.of(11);
    int studies = 400;
    int rejected = 0;
    for (int study = 0; study < studies; study++) {
      double[] first = IntStream.range(0, 10).mapToDouble(i -> random.nextGaussian()).toArray();
      rejected +=
          PairedComparison.of(first, new double[10], study).permutation().orElseThrow() <= 0.05
              ? 1
              : 0;
    }
    // The binomial deviation of 5 % in 400 is 1.1 %; three of them.
    assertThat(rejected / (double) studies).isCloseTo(0.05, within(0.033));
  }

  @Test
  void imagesAreMatchedById() {
    HumanAlignment alignment = HumanAlignment.measuredBy(AlignmentMeasure.spearman());
    ImportanceMap up = ImportanceMap.of(1, 3, 1, 2, 3);
    ImportanceMap down = ImportanceMap.of(1, 3, 3, 2, 1);
    ImportanceMap human = ImportanceMap.of(1, 3, 1, 2, 4);
    AlignmentResult first =
        alignment.evaluate(List.of("a", "b"), List.of(up, down), List.of(human, human));
    AlignmentResult second =
        alignment.evaluate(List.of("b", "a"), List.of(down, up), List.of(human, human));

    assertThat(PairedComparison.of(first, second, 1).difference().mean()).isZero();
    AlignmentResult other = alignment.evaluate(List.of("c"), List.of(up), List.of(human));
    assertThatThrownBy(() -> PairedComparison.of(other, first, 1))
        .hasMessageStartingWith("paired comparison: image \"c\" is not in both");
    assertThat(first.images().get(0).score()).isEqualTo(OptionalDouble.of(1));
  }
}
