package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.alignment.RaterUncertainty.Resampled;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Intervals around what simulated raters of a known truth agree on. */
class UncertaintyTest {
  private static final int PIXELS = 16;
  private static final int RATERS = 8;

  /** A truth that people see with noise, and a model that shares it in part. */
  private record Image(ImportanceMap predicted, RaterMaps human) {
    static Image drawn(SeededRandom random) {
      double[] truth = IntStream.range(0, PIXELS).mapToDouble(i -> random.nextGaussian()).toArray();
      Tensor raters =
          Tensor.generate(
              Shape.of(RATERS, 1, PIXELS), i -> truth[i % PIXELS] + 2 * random.nextGaussian());
      Tensor predicted =
          Tensor.generate(Shape.of(1, PIXELS), i -> truth[i] + random.nextGaussian());
      return new Image(ImportanceMap.of(predicted), RaterMaps.of("image", raters));
    }

    double score() {
      return AlignmentMeasure.spearman().score(predicted, human.mean()).orElseThrow();
    }
  }

  @Test
  void intervalsOverImagesCoverTheTruthAsOftenAsTheySay() {
    SeededRandom random = SeededRandom.of(2022);
    double truth =
        IntStream.range(0, 40_000)
            .mapToDouble(i -> Image.drawn(random).score())
            .average()
            .orElseThrow();
    int studies = 400;
    int covered = 0;
    for (int study = 0; study < studies; study++) {
      double[] scores =
          IntStream.range(0, 40).mapToDouble(i -> Image.drawn(random).score()).toArray();
      BootstrapInterval interval = Bootstrap.seeded(study, 500).ofMean(scores);
      covered += interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
    }
    // Nominal 95 %. Percentile intervals of 40 values are short by about 1 %, and three binomial
    // deviations of 400 studies are 3.3 %.
    assertThat(covered / (double) studies).isBetween(0.907, 0.983);
  }

  @Test
  void fewRatersAddUncertaintyToThatOfImages() {
    SeededRandom random = SeededRandom.of(5);
    List<ImportanceMap> predicted = new ArrayList<>();
    List<RaterMaps> human = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Image image = Image.drawn(random);
      predicted.add(image.predicted());
      human.add(image.human());
    }

    BootstrapInterval images = interval(Resampled.IMAGES, predicted, human);
    BootstrapInterval raters = interval(Resampled.RATERS, predicted, human);
    BootstrapInterval both = interval(Resampled.IMAGES_AND_RATERS, predicted, human);

    assertThat(images.mean()).isEqualTo(raters.mean()).isEqualTo(both.mean());
    assertThat(images.lower()).isLessThan(images.mean());
    assertThat(images.upper()).isGreaterThan(images.mean());
    // Variances of independent draws add; 200 resamples know a deviation to 5 % each.
    assertThat(both.standardError())
        .isCloseTo(Math.hypot(images.standardError(), raters.standardError()), within(0.01));
    assertThat(both.standardError()).isGreaterThan(raters.standardError());
    assertThat(interval(Resampled.RATERS, predicted, human)).isEqualTo(raters);
    assertThatThrownBy(() -> interval(Resampled.RATERS, List.of(), human))
        .hasMessageStartingWith("rater uncertainty: 0 predicted maps for 30 images");
  }

  @Test
  void filledHalvesAgreeLessThanHalvesAndMoreThanStrangers() {
    SeededRandom random = SeededRandom.of(8);
    List<RaterMaps> human =
        IntStream.range(0, 20).mapToObj(i -> Image.drawn(random).human()).toList();

    BootstrapReliability.Result filled = BootstrapReliability.seeded(1).of(human);
    SplitHalfReliability.Result halves = SplitHalfReliability.seeded(1, 50).of(human);

    assertThat(filled.ceiling()).isLessThan(halves.mean()).isGreaterThan(0.3);
    // The mean of 20 images and 50 pairs each; truths of 16 pixels correlate by chance ± 0.26.
    assertThat(filled.floor()).isCloseTo(0, within(0.1));
    assertThat(filled.undefined()).isZero();
    assertThat(filled.ceilings()).hasSize(20);
    assertThat(BootstrapReliability.seeded(1).of(human.subList(0, 1)).floor()).isNaN();
  }

  private static BootstrapInterval interval(
      Resampled resampled, List<ImportanceMap> predicted, List<RaterMaps> human) {
    return RaterUncertainty.seeded(AlignmentMeasure.spearman(), resampled, 7)
        .of(predicted, human)
        .interval();
  }
}
