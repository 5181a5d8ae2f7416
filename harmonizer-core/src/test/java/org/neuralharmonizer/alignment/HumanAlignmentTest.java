package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

class HumanAlignmentTest {
  private static final ImportanceMap RISING = ImportanceMap.of(1, 3, 1, 2, 3);
  private static final ImportanceMap FALLING = ImportanceMap.of(1, 3, 3, 2, 1);
  private static final ImportanceMap CONSTANT = ImportanceMap.of(1, 3, 2, 2, 2);

  @Test
  void normalizedMeanAndBootstrapEqualTheReference() {
    Map<String, Object> wanted = Reference.statistics("alignment");
    Map<String, Object> bootstrap = Reference.statistics("bootstrap");
    double[] scores = Json.doubles(wanted.get("scores"));

    BootstrapInterval interval =
        Bootstrap.ofIndices(Reference.permutations(bootstrap.get("indices"))).ofMean(scores);

    assertThat(InterRaterCeiling.publishedForClickMe().value()).isEqualTo(wanted.get("ceiling"));
    assertThat(InterRaterCeiling.publishedForClickMe().normalize(interval.mean()))
        .isCloseTo(Json.number(wanted.get("normalised_mean")), within(Reference.DOUBLE));
    assertThat(interval.standardError())
        .isCloseTo(Json.number(bootstrap.get("se_ddof1")), within(Reference.DOUBLE));
    assertThat(new double[] {interval.lower(), interval.upper()})
        .containsExactly(
            Json.doubles(bootstrap.get("percentile_2_5_97_5")), within(Reference.DOUBLE));
  }

  @Test
  void imagesAreScoredOneByOneAndSummarized() {
    AlignmentResult result =
        HumanAlignment.asReleased()
            .evaluate(
                List.of("a", "b", "c"),
                List.of(RISING, RISING, CONSTANT),
                List.of(RISING, FALLING, RISING));

    assertThat(result.images())
        .containsExactly(
            new AlignmentResult.ImageScore("a", OptionalDouble.of(1)),
            new AlignmentResult.ImageScore("b", OptionalDouble.of(-1)),
            new AlignmentResult.ImageScore("c", OptionalDouble.empty()));
    assertThat(result.mean()).isZero();
    assertThat(result.undefined()).isEqualTo(1);
    assertThat(result.normalized()).hasValue(0);
    assertThat(result.measure()).isEqualTo("Spearman correlation");
    assertThat(result.ceiling().orElseThrow().source()).contains("serre-lab/Harmonization");
    assertThat(result.interval().settings()).isEqualTo("seed 0");
  }

  @Test
  void undefinedScoresFollowThePolicy() {
    HumanAlignment alignment = HumanAlignment.measuredBy(AlignmentMeasure.spearman());
    List<ImportanceMap> predicted = List.of(RISING, CONSTANT);
    List<ImportanceMap> human = List.of(RISING, RISING);

    assertThat(alignment.evaluate(predicted, human).mean()).isEqualTo(1);
    assertThat(alignment.evaluate(predicted, human).normalized()).isEmpty();
    assertThat(alignment.withPolicy(UndefinedPolicy.ZERO).evaluate(predicted, human).mean())
        .isEqualTo(0.5);
    assertThatThrownBy(() -> alignment.withPolicy(UndefinedPolicy.FAIL).evaluate(predicted, human))
        .hasMessageStartingWith("human alignment of \"1\": the score is undefined");
    assertThat(alignment.evaluate(List.of(CONSTANT), List.of(RISING)).mean()).isNaN();
  }

  @Test
  void onlyImagesWithAMapCountInADataSet() {
    Tensor maps = Tensor.of(Shape.of(3, 1, 3), 1, 2, 3, 0, 0, 0, 3, 1, 2);
    LabeledImages images =
        LabeledImages.of(Tensor.zeros(Shape.of(3, 3, 1, 3)), new int[3], 1)
            .withMaps(maps, 1, 0, 0.5)
            .withIds(List.of("x", "y", "z"));
    HumanAlignment alignment = HumanAlignment.measuredBy(AlignmentMeasure.spearman());

    AlignmentResult result = alignment.evaluate(maps, images);

    assertThat(result.images())
        .extracting(AlignmentResult.ImageScore::id)
        .containsExactly("x", "z");
    assertThat(result.mean()).isEqualTo(1);
    assertThat(result.unmapped()).isEqualTo(1);
    assertThatThrownBy(() -> alignment.evaluate(Tensor.zeros(Shape.of(2, 1, 3)), images))
        .hasMessage(
            "human alignment: predicted maps are [2, 1, 3], need one map per image, [3, H, W]");
    assertThatThrownBy(() -> alignment.evaluate(maps, images.subset(1, 1, 1)))
        .hasMessage("human alignment: none of the 3 images has a map");
  }

  @Test
  void aCeilingBelongsToItsMeasure() {
    assertThatThrownBy(
            () ->
                HumanAlignment.measuredBy(AlignmentMeasure.dice())
                    .withCeiling(InterRaterCeiling.publishedForClickMe()))
        .hasMessage(
            "human alignment: the ceiling is of Spearman correlation, the measure is Dice above the"
                + " 90th percentile — use a ceiling of the measure");
    assertThatThrownBy(() -> InterRaterCeiling.published(0, "nowhere"))
        .hasMessageStartingWith(
            "inter-rater ceiling: must be above 0 and at most 1, is 0.0 (nowhere)");
    assertThatThrownBy(() -> HumanAlignment.asReleased().evaluate(List.of(RISING), List.of()))
        .hasMessage(
            "human alignment: 0 ids, 1 predicted and 0 human maps — must be equal and at least 1");
  }

  @Test
  void theBootstrapIsSeededAndKnowsTheErrorOfAMean() {
    SeededRandom random = SeededRandom.of(21);
    double[] values = IntStream.range(0, 400).mapToDouble(i -> random.nextGaussian()).toArray();

    BootstrapInterval interval = Bootstrap.seeded(3, 2000).ofMean(values);

    // The error of 400 normal values is 1/20; 2000 resamples know it to about 2 %, 400 values to 4
    // %.
    assertThat(interval.standardError()).isCloseTo(0.05, within(0.007));
    assertThat(interval.upper() - interval.lower())
        .isCloseTo(2 * 1.96 * interval.standardError(), within(0.02));
    assertThat(Bootstrap.seeded(3, 2000).ofMean(values)).isEqualTo(interval);
    assertThat(Bootstrap.seeded(4, 2000).ofMean(values)).isNotEqualTo(interval);
    BootstrapInterval narrower = Bootstrap.seeded(3, 2000).withLevel(0.5).ofMean(values);
    assertThat(narrower.lower()).isGreaterThan(interval.lower());
    assertThat(Bootstrap.seeded(3).ofMean(0.4).standardError()).isNaN();
    assertThatThrownBy(() -> Bootstrap.seeded(3).ofMean(0.4, Double.NaN))
        .hasMessage("bootstrap: value 1 is NaN — every value must be finite");
    assertThatThrownBy(() -> Bootstrap.seeded(3).withLevel(95))
        .hasMessage("bootstrap: level 95.0 is not between 0 and 1");
  }

  @Test
  void theCenterBiasPredictorIsTheMeanOfTheOthers() {
    List<ImportanceMap> human =
        List.of(
            ImportanceMap.of(1, 2, 1, 0),
            ImportanceMap.of(1, 2, 3, 4),
            ImportanceMap.of(1, 2, 7, 8));

    assertThat(CenterBiasControl.predictions(human))
        .containsExactly(
            ImportanceMap.of(1, 2, 5, 6),
            ImportanceMap.of(1, 2, 4, 4),
            ImportanceMap.of(1, 2, 2, 2));
    AlignmentResult result =
        CenterBiasControl.evaluate(HumanAlignment.measuredBy(AlignmentMeasure.spearman()), human);
    assertThat(result.undefined()).isEqualTo(2);
    assertThat(result.mean()).isEqualTo(-1);
    assertThatThrownBy(() -> CenterBiasControl.predictions(human.subList(0, 1)))
        .hasMessage("center bias: 1 maps — needs at least 2, to have others to average");
  }
}
