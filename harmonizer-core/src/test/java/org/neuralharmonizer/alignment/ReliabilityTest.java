package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.data.GaussianBlur;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

class ReliabilityTest {
  @Test
  void splitHalvesEqualTheReference() {
    Map<String, Object> wanted = Reference.statistics("split_half");
    SplitHalfReliability.Result result =
        SplitHalfReliability.ofPermutations(Reference.permutations(wanted.get("splits")))
            .of(images());

    List<Object> bySplit = Json.list(wanted.get("spearman"));
    for (int split = 0; split < bySplit.size(); split++) {
      double[] byImage = Json.doubles(bySplit.get(split));
      for (int image = 0; image < byImage.length; image++) {
        assertThat(result.images().get(image).score(split).orElseThrow())
            .isCloseTo(byImage[image], within(Reference.DOUBLE));
      }
    }
    assertThat(result.images().stream().mapToDouble(each -> each.mean().orElseThrow()).toArray())
        .containsExactly(Json.doubles(wanted.get("mean_per_image")), within(Reference.DOUBLE));
    double[] corrected = Json.doubles(wanted.get("spearman_brown_per_image"));
    assertThat(
            result.images().stream()
                .mapToDouble(each -> SplitHalfReliability.spearmanBrown(each.mean().orElseThrow()))
                .toArray())
        .containsExactly(corrected, within(Reference.DOUBLE));
    assertThat(result.mean()).isCloseTo(Json.number(wanted.get("mean")), within(Reference.DOUBLE));
    assertThat(result.spearmanBrown())
        .isCloseTo(Arrays.stream(corrected).average().orElseThrow(), within(Reference.DOUBLE));
    assertThat(result.undefinedScores()).isZero();
  }

  @Test
  void leavingOneOutEqualsTheReference() {
    LeaveOneOutReliability.Result result = LeaveOneOutReliability.standard().of(images());

    // The reference leaves rater 0 out everywhere, since this one drew nothing on image 1.
    double mean =
        result.images().stream()
            .flatMapToDouble(
                image ->
                    IntStream.range(1, image.size())
                        .mapToDouble(rater -> image.score(rater).orElseThrow()))
            .average()
            .orElseThrow();
    assertThat(mean)
        .isCloseTo(
            Json.number(Reference.statistics("split_half").get("leave_one_out_mean")),
            within(Reference.DOUBLE));
    assertThat(result.images().get(1).score(0)).isEmpty();
    assertThat(result.undefinedScores()).isEqualTo(1);
    assertThat(result.undefinedImages()).isZero();
  }

  @Test
  void theSameSeedGivesTheSameResultWhateverElseIsStudied() {
    List<RaterMaps> images = synthetic(3, 7);
    SplitHalfReliability study = SplitHalfReliability.seeded(5, 20);

    SplitHalfReliability.Result all = study.of(images);
    SplitHalfReliability.Result last = study.of(images.subList(2, 3));

    for (int split = 0; split < 20; split++) {
      assertThat(last.images().get(0).score(split)).isEqualTo(all.images().get(2).score(split));
    }
    assertThat(SplitHalfReliability.seeded(6, 20).of(images).mean()).isNotEqualTo(all.mean());
    assertThat(all.settings()).isEqualTo("20 random splits, seed 5, half-means as given");
    assertThat(SplitHalfReliability.seeded(5).of(images.subList(0, 1)).images().get(0).size())
        .isEqualTo(1000);
  }

  @Test
  void scoresComputedInPartsAreThoseOfTheWhole() {
    RaterMaps image = synthetic(1, 7).get(0);
    SplitHalfReliability halves = SplitHalfReliability.seeded(5, 20);
    BootstrapReliability filled = BootstrapReliability.seeded(5).withIterations(20);
    ImageReliability wholeHalves = halves.of(List.of(image)).images().get(0);
    ImageReliability wholeFilled = filled.of(List.of(image)).ceilings().get(0);

    double[] ofHalves = joined(halves.scores(image, 0, 13), halves.scores(image, 13, 20));
    double[] ofFilled =
        joined(filled.ceilingScores(image, 0, 7), filled.ceilingScores(image, 7, 20));

    for (int i = 0; i < 20; i++) {
      assertThat(ofHalves[i]).isEqualTo(wholeHalves.score(i).orElseThrow());
      assertThat(ofFilled[i]).isEqualTo(wholeFilled.score(i).orElseThrow());
    }
    assertThat(ImageReliability.of(image.id(), 7, ofHalves).mean()).isEqualTo(wholeHalves.mean());
    assertThat(ImageReliability.of(image.id(), 7, 0.5, Double.NaN).undefined()).isEqualTo(1);
    assertThatThrownBy(() -> halves.scores(image, 5, 21))
        .hasMessage("split-half: splits 5 to 21 of 20 — give splits that there are");
    assertThatThrownBy(() -> filled.ceilingScores(image, -1, 2))
        .hasMessage(
            "bootstrap reliability: iterations -1 to 2 of 20 — give iterations that there are");
  }

  private static double[] joined(double[] first, double[] second) {
    return DoubleStream.concat(DoubleStream.of(first), DoubleStream.of(second)).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 30})
  void theNumberOfThreadsDoesNotChangeABit(int threads) {
    List<RaterMaps> images = synthetic(3, 7);
    for (MapPreparation step : List.of(MapPreparation.none(), GaussianBlur.centred(1.5))) {
      SplitHalfReliability study = SplitHalfReliability.seeded(5, 20).withPreparation(step);

      SplitHalfReliability.Result alone = study.of(images);
      SplitHalfReliability.Result shared = study.withThreads(threads).of(images);

      for (int image = 0; image < images.size(); image++) {
        for (int split = 0; split < 20; split++) {
          assertThat(shared.images().get(image).score(split))
              .isEqualTo(alone.images().get(image).score(split));
        }
      }
      assertThat(shared.settings()).isEqualTo(alone.settings());
    }
  }

  @Test
  void whatFailsInAThreadIsPassedOn() {
    MapPreparation broken =
        MapPreparation.named(
            "broken",
            maps -> {
              throw new UnsupportedOperationException("not today");
            });
    SplitHalfReliability study = SplitHalfReliability.seeded(5, 20).withPreparation(broken);

    assertThatThrownBy(() -> study.withThreads(2).of(synthetic(1, 4)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("not today");
  }

  @Test
  void halvesRankAsTheExactSumsOfTheirMapsDo() {
    // More than the first thousand pixels, ties, and sums that differ in double only.
    SeededRandom random = SeededRandom.of(21);
    Tensor maps =
        Tensor.generate(
            Shape.of(9, 40, 50),
            i -> 1 + random.nextInt(3) * 0x1p-20 + (random.nextInt(4) == 0 ? 0 : 0x1p-22));
    int[] order = {3, 8, 0, 5, 7, 1, 2, 6, 4};

    double score =
        SplitHalfReliability.ofPermutations(List.of(order))
            .of(List.of(RaterMaps.of("cat", maps)))
            .images()
            .get(0)
            .score(0)
            .orElseThrow();

    double[] halfA = sum(maps, Arrays.copyOf(order, 4));
    double[] halfB = sum(maps, Arrays.copyOfRange(order, 4, 9));
    assertThat(score).isEqualTo(SpearmanCorrelation.between(halfA, halfB).orElseThrow());
    assertThat(score)
        .isCloseTo(new SpearmansCorrelation().correlation(halfA, halfB), within(Reference.DOUBLE));
  }

  private static double[] sum(Tensor maps, int[] raters) {
    double[] sum = new double[maps.shape().inner().size()];
    for (int rater : raters) {
      Tensor map = maps.slice(rater);
      Arrays.setAll(sum, i -> sum[i] + map.value(i));
    }
    return sum;
  }

  @Test
  void blurringHalvesEqualsBlurringRatersUpToRounding() {
    List<RaterMaps> images = synthetic(2, 8);
    SplitHalfReliability study = SplitHalfReliability.seeded(9, 30);
    GaussianBlur blur = GaussianBlur.centred(1.5);

    SplitHalfReliability.Result halves = study.withPreparation(blur).of(images);
    SplitHalfReliability.Result raters =
        study.of(images.stream().map(image -> image.prepared(blur)).toList());

    // Rounding to float swaps at most a few neighbouring ranks of 192.
    assertThat(halves.mean()).isCloseTo(raters.mean(), within(1e-4));
    assertThat(halves.mean()).isGreaterThan(study.of(images).mean());
    assertThat(halves.settings()).endsWith("half-means centred blur of sigma 1.5");
  }

  @Test
  void moreRatersAgreeBetterAsSpearmanAndBrownSay() {
    double four = SplitHalfReliability.seeded(1, 200).of(synthetic(8, 8)).spearmanBrown();
    double eight = SplitHalfReliability.seeded(1, 200).of(synthetic(8, 16)).mean();

    // Halves of 16 are groups of 8: what the formula says of 8 out of halves of 4. It is about
    // Pearson's correlation, and the images are random, hence the width.
    assertThat(four).isCloseTo(eight, within(0.03));
    assertThat(SplitHalfReliability.spearmanBrown(0.5)).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(SplitHalfReliability.spearmanBrown(1)).isEqualTo(1);
    assertThat(SplitHalfReliability.spearmanBrown(0)).isZero();
  }

  @Test
  void undefinedSplitsFollowThePolicyAndAreCounted() {
    // Raters 0 and 1 marked nothing: the split {0, 1} against {2, 3} is undefined.
    RaterMaps image =
        RaterMaps.of("cat", Tensor.of(Shape.of(4, 1, 3), 0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 1, 2));
    List<int[]> splits = List.of(new int[] {0, 1, 2, 3}, new int[] {0, 2, 1, 3});
    SplitHalfReliability study = SplitHalfReliability.ofPermutations(splits);

    SplitHalfReliability.Result excluded = study.of(List.of(image));

    assertThat(excluded.undefinedScores()).isEqualTo(1);
    assertThat(excluded.images().get(0).score(0)).isEmpty();
    assertThat(excluded.mean()).isCloseTo(-0.5, within(1e-15));
    assertThat(study.withPolicy(UndefinedPolicy.ZERO).of(List.of(image)).mean())
        .isCloseTo(-0.25, within(1e-15));
    assertThatThrownBy(() -> study.withPolicy(UndefinedPolicy.FAIL).of(List.of(image)))
        .hasMessage(
            "reliability of \"cat\", split 0: the score is undefined, a map is constant"
                + " — repair the map or choose UndefinedPolicy.EXCLUDE_AND_COUNT or ZERO");
  }

  @Test
  void anImageWithoutAnyDefinedScoreIsCounted() {
    RaterMaps blank = RaterMaps.of("blank", Tensor.zeros(Shape.of(3, 2, 2)));

    SplitHalfReliability.Result result =
        SplitHalfReliability.seeded(1, 5).of(List.of(blank, synthetic(1, 4).get(0)));

    assertThat(result.undefinedImages()).isEqualTo(1);
    assertThat(result.undefinedScores()).isEqualTo(5);
    assertThat(result.mean()).isEqualTo(result.images().get(1).mean().orElseThrow());
    assertThat(LeaveOneOutReliability.standard().of(List.of(blank)).mean()).isNaN();
  }

  @Test
  void mistakesAreNamed() {
    List<RaterMaps> alone = List.of(RaterMaps.of("dog", Tensor.zeros(Shape.of(1, 2, 2))));
    List<RaterMaps> three = List.of(RaterMaps.of("dog", Tensor.zeros(Shape.of(3, 2, 2))));

    assertThatThrownBy(() -> SplitHalfReliability.seeded(1).of(alone))
        .hasMessage("split-half \"dog\": needs at least 2 raters, has 1 — leave the image out");
    assertThatThrownBy(() -> LeaveOneOutReliability.standard().of(alone))
        .hasMessage("leave-one-out \"dog\": needs at least 2 raters, has 1 — leave the image out");
    assertThatThrownBy(
            () -> SplitHalfReliability.ofPermutations(List.of(new int[] {0, 1, 1})).of(three))
        .hasMessage("split-half \"dog\": [0, 1, 1] is not a permutation of its 3 raters 0 … 2");
    assertThatThrownBy(() -> SplitHalfReliability.seeded(1, 0))
        .hasMessage("split-half: 0 splits — need at least 1");
    assertThatThrownBy(() -> SplitHalfReliability.seeded(1).withThreads(0))
        .hasMessage("split-half: threads must be at least 1, not 0");
    assertThatThrownBy(() -> SplitHalfReliability.seeded(1).of(List.of()))
        .hasMessage("split-half: no images — give at least one");
    assertThatThrownBy(() -> RaterMaps.of("dog", Tensor.zeros(Shape.of(2, 2))))
        .isInstanceOf(ShapeException.class);
  }

  private static List<RaterMaps> images() {
    Tensor raters = Reference.raters();
    return IntStream.range(0, raters.shape().extent(1))
        .mapToObj(image -> RaterMaps.of("image " + image, Reference.ofImage(raters, image)))
        .toList();
  }

  /** A smooth map per image, seen by every rater through noise of its own. */
  private static List<RaterMaps> synthetic(int images, int raters) {
    return IntStream.range(0, images)
        .mapToObj(
            image -> {
              SeededRandom random = SeededRandom.of(77).stream(image, raters);
              Tensor truth =
                  GaussianBlur.centred(2)
                      .apply(Tensor.generate(Shape.of(16, 12), i -> 20 * random.nextGaussian()));
              return RaterMaps.of(
                  "image " + image,
                  Tensor.generate(
                      Shape.of(raters, 16, 12),
                      i -> truth.value(i % 192) + 4 * random.nextGaussian()));
            })
        .toList();
  }
}
