package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class ControlsTest {
  private final List<ImportanceMap> maps =
      IntStream.range(0, 7)
          .mapToObj(i -> ImportanceMap.of(Tensor.generate(Shape.of(20, 30), p -> p * 8 + i)))
          .toList();

  @Test
  void everyMapServesOneOtherImage() {
    for (long seed = 0; seed < 20; seed++) {
      List<ImportanceMap> others = Controls.otherImages(maps, seed);

      assertThat(others).containsExactlyInAnyOrderElementsOf(maps);
      for (int i = 0; i < maps.size(); i++) {
        assertThat(others.get(i)).isNotEqualTo(maps.get(i));
      }
    }
    assertThatThrownBy(() -> Controls.otherImages(maps.subList(0, 1), 1))
        .hasMessage("other image's map: 1 maps — needs at least 2, to have another");
  }

  @Test
  void shuffledMapsKeepValuesAndLoseTheirPlaces() {
    List<ImportanceMap> shuffled = Controls.shuffledPixels(maps, 3);

    assertThat(sorted(shuffled.get(2))).containsExactly(sorted(maps.get(2)));
    double mean =
        HumanAlignment.measuredBy(AlignmentMeasure.spearman()).evaluate(shuffled, maps).mean();
    // Of 7 independent correlations over 600 pixels, four standard deviations 1 / √(7 · 599).
    assertThat(mean).isCloseTo(0, within(0.062));
    assertThat(Controls.shuffledPixels(maps, 3)).isEqualTo(shuffled);
  }

  @Test
  void groupsCountWhatIsUndefined() {
    ImportanceMap constant = ImportanceMap.of(Tensor.filled(Shape.of(20, 30), 1));
    AlignmentResult result =
        HumanAlignment.measuredBy(AlignmentMeasure.spearman())
            .evaluate(
                List.of("cat 1", "cat 2", "cup 1"),
                List.of(maps.get(0), constant, maps.get(1)),
                maps.subList(0, 3));

    Map<String, GroupedAlignment.Group> groups =
        GroupedAlignment.of(result, id -> id.substring(0, 3), Bootstrap.seeded(1));

    assertThat(groups.keySet()).containsExactly("cat", "cup");
    assertThat(groups.get("cat").images()).isEqualTo(2);
    assertThat(groups.get("cat").undefined()).isEqualTo(1);
    assertThat(groups.get("cat").interval().mean()).isEqualTo(1);
  }

  @Test
  void theThresholdAreaOfEqualMapsIsItsRange() {
    ImportanceMap half = ImportanceMap.of(1, 4, 0, 0, 0.5f, 1);
    ImportanceMap one = ImportanceMap.of(1, 4, 0, 0, 0, 1);

    assertThat(AlignmentMeasure.thresholdArea().score(maps.get(0), maps.get(0)).orElseThrow())
        .isCloseTo(0.9, within(1e-12));
    // 1/2 up to the threshold 0.45, 1 from 0.5: 8 steps at 1/2, one between, 9 at 1.
    assertThat(AlignmentMeasure.thresholdArea().score(half, one).orElseThrow())
        .isCloseTo(0.05 * (8 * 0.5 + 0.75 + 9), within(1e-12));
    assertThat(AlignmentMeasure.thresholdArea().score(half, ImportanceMap.of(1, 4, 2, 2, 2, 2)))
        .isEmpty();
  }

  @Test
  void noiseOfPixelsVanishesInCoarseMaps() {
    SeededRandom random = SeededRandom.of(2);
    Tensor smooth = Tensor.generate(Shape.of(64, 64), p -> p / 64 + p % 64);
    ImportanceMap noisy =
        ImportanceMap.of(
            Tensor.generate(Shape.of(64, 64), p -> smooth.value(p) + 60 * random.nextGaussian()));
    AlignmentMeasure spearman = AlignmentMeasure.spearman();

    double[] scores =
        IntStream.of(1, 4, 16)
            .mapToDouble(
                factor ->
                    spearman.coarser(factor).score(noisy, ImportanceMap.of(smooth)).orElseThrow())
            .toArray();

    assertThat(scores).isSorted();
    assertThat(scores[2]).isGreaterThan(0.9);
    assertThat(spearman.coarser(4).name()).isEqualTo("Spearman correlation, maps 4 times smaller");
    assertThatThrownBy(() -> spearman.coarser(0)).hasMessageStartingWith("coarse measure: factor");
  }

  private static double[] sorted(ImportanceMap map) {
    double[] values = IntStream.range(0, 600).mapToDouble(map.values()::value).toArray();
    Arrays.sort(values);
    return values;
  }
}
