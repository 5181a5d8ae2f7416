package org.neuralharmonizer.study.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class SceneGeneratorTest {
  private static final SceneOptions OPTIONS = SceneOptions.standard(11);
  private static final SceneGenerator GENERATOR = SceneGenerator.of(OPTIONS);

  /**
   * Hashes of scene 3 of the test split for seed 11, equal on JDK 17 and 25, compiled and
   * interpreted. A change of one bit is a change of the data set and belongs in the change log.
   */
  private static final int IMAGE_BITS = -90326423;

  private static final int MAP_BITS = 1317528137;

  @Test
  void neitherOrderNorThreadsMatter() {
    List<Tensor> forwards =
        IntStream.range(0, 24).mapToObj(i -> GENERATOR.scene(Split.TRAIN, i).image()).toList();
    List<Tensor> together =
        IntStream.range(0, 24)
            .parallel()
            .mapToObj(i -> SceneGenerator.of(OPTIONS).scene(Split.TRAIN, 23 - i).image())
            .toList();
    for (int i = 0; i < 24; i++) {
      assertThat(together.get(23 - i)).isEqualTo(forwards.get(i));
    }
  }

  @Test
  void seedsAndSplitsDiffer() {
    Tensor image = GENERATOR.scene(Split.TRAIN, 0).image();
    assertThat(GENERATOR.scene(Split.TEST, 0).image()).isNotEqualTo(image);
    assertThat(SceneGenerator.of(SceneOptions.standard(12)).scene(Split.TRAIN, 0).image())
        .isNotEqualTo(image);
  }

  @Test
  void bitsAreThoseOfEveryOtherPlatform() {
    Scene scene = GENERATOR.scene(Split.TEST, 3);
    assertThat(scene.image().hashCode()).isEqualTo(IMAGE_BITS);
    assertThat(scene.raterMaps().orElseThrow().hashCode()).isEqualTo(MAP_BITS);
  }

  @ParameterizedTest
  @EnumSource
  void everyCreatureShowsBothPartsInsideTheFrame(Creature creature) {
    for (int round = 0; round < 40; round++) {
      Scene scene = GENERATOR.scene(Split.TEST, 8 * round + creature.label());
      assertThat(scene.creature()).isEqualTo(creature);
      double body = sum(scene.body());
      double first = sum(scene.parts().slice(0));
      double second = sum(scene.parts().slice(1));
      // At 64 × 64: a part is at least a few pixels across, the whole creature a fair share.
      assertThat(first).isGreaterThan(40);
      assertThat(second).isGreaterThan(20);
      assertThat(body + first + second).isBetween(400.0, 2000.0);
    }
  }

  @Test
  void masksAreVisibleCoverage() {
    Scene scene = GENERATOR.scene(Split.TRAIN, 5);
    Tensor first = scene.parts().slice(0);
    Tensor second = scene.parts().slice(1);
    Tensor all =
        Tensor.generate(
            Shape.of(64, 64), i -> scene.body().value(i) + first.value(i) + second.value(i));
    assertThat(extremes(first).getMin()).isNotNegative();
    assertThat(extremes(second).getMin()).isNotNegative();
    assertThat(extremes(scene.body()).getMin()).isNotNegative();
    // Float rounding of three shares of one pixel.
    assertThat(extremes(all).getMax()).isBetween(0.99999, 1.00001);
  }

  @ParameterizedTest
  @CsvSource({"TRAIN, 0.97", "TEST, 0.97", "SHIFTED_TEST, 0.125"})
  void shortcutIsAsReliableAsItShouldBe(Split split, double expected) {
    var generator = SceneGenerator.of(OPTIONS.withImageSize(32));
    long right =
        IntStream.range(0, 1600)
            .mapToObj(i -> generator.scene(split, i))
            .filter(scene -> scene.label() == scene.shortcut())
            .count();
    // Four standard deviations of a binomial share of 1600.
    double reach = 4 * Math.sqrt(expected * (1 - expected) / 1600);
    assertThat(right / 1600.0).isCloseTo(expected, within(reach));
  }

  @Test
  void imagesAndMapsAreInRange() {
    SceneSet set = GENERATOR.draw(Split.TRAIN, 64);
    assertThat(set.images().shape()).isEqualTo(Shape.of(64, 3, 64, 64));
    assertThat(set.importanceMaps().shape()).isEqualTo(Shape.of(64, 64, 64));
    assertThat(extremes(set.images()).getMin()).isNotNegative();
    assertThat(extremes(set.images()).getMax()).isLessThanOrEqualTo(1);
    assertThat(extremes(set.importanceMaps()).getMin()).isZero();
    assertThat(extremes(set.importanceMaps()).getMax()).isBetween(0.2, 1.0);
    assertThat(set.mapped()).hasSizeBetween(16, 48);
    for (int i = 0; i < 64; i++) {
      boolean mapped = set.mapWeights().value(i) > 0;
      assertThat(set.scene(i).importanceMap().isPresent()).isEqualTo(mapped);
      assertThat(sum(set.importanceMaps().slice(i)) > 0).isEqualTo(mapped);
    }
  }

  @Test
  void ratersAgreeMoreOnOneSceneThanAcrossScenes() {
    double same = 0;
    double other = 0;
    for (int i = 0; i < 40; i++) {
      Tensor here = GENERATOR.scene(Split.TEST, i).raterMaps().orElseThrow();
      Tensor there = GENERATOR.scene(Split.TEST, i + 41).raterMaps().orElseThrow();
      assertThat(here.shape()).isEqualTo(Shape.of(8, 64, 64));
      same += cosine(here.slice(0), here.slice(1)) / 40;
      other += cosine(here.slice(0), there.slice(1)) / 40;
    }
    assertThat(same).isGreaterThan(other + 0.2);
    assertThat(same).isLessThan(0.95);
  }

  @Test
  void mapsAreHigherOnDiagnosticParts() {
    for (int i = 0; i < 16; i++) {
      Scene scene = GENERATOR.scene(Split.TEST, i);
      Tensor map = scene.importanceMap().orElseThrow();
      double onParts = mean(map, scene.parts().slice(0)) + mean(map, scene.parts().slice(1));
      assertThat(onParts / 2).isGreaterThan(2 * sum(map) / map.size());
    }
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThatThrownBy(() -> OPTIONS.withClasses(9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scenes: number of classes is 9 — choose 2 to 8");
    assertThatThrownBy(() -> OPTIONS.withShortcutReliability(Double.NaN))
        .hasMessage("scenes: reliability is NaN — choose 0 to 1");
    assertThatThrownBy(() -> OPTIONS.withImageSize(16))
        .hasMessage("scenes: image size is 16 — choose 32 to 256");
    assertThatThrownBy(() -> OPTIONS.withRaters(0))
        .hasMessage("scenes: number of raters is 0 — choose at least 1");
    assertThatThrownBy(() -> GENERATOR.draw(Split.TEST, 0))
        .hasMessage("scenes: 0 scenes of TEST asked for — ask for at least 1");
    assertThatThrownBy(() -> GENERATOR.scene(Split.TEST, -1))
        .hasMessage("scenes: index is -1 in TEST — indices start at 0");
  }

  private static DoubleSummaryStatistics extremes(Tensor tensor) {
    return IntStream.range(0, tensor.size()).mapToDouble(tensor::value).summaryStatistics();
  }

  private static double sum(Tensor tensor) {
    return IntStream.range(0, tensor.size()).mapToDouble(tensor::value).sum();
  }

  private static double mean(Tensor map, Tensor weight) {
    return dot(map, weight) / sum(weight);
  }

  private static double cosine(Tensor one, Tensor other) {
    return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
  }

  private static double dot(Tensor one, Tensor other) {
    return IntStream.range(0, one.size())
        .mapToDouble(i -> (double) one.value(i) * other.value(i))
        .sum();
  }
}
