package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

class TopPixelsTest {
  @Test
  void thresholdsRegionsAndScoresEqualTheReference() {
    Map<String, Tensor> maps = Reference.maps();
    List<Object> wanted = Json.list(Reference.statistics().get("maps"));
    for (int i = 0; i < wanted.size(); i++) {
      for (String other : new String[] {"B", "H"}) {
        Map<String, Object> pair = Json.object(Json.object(wanted.get(i)).get("A_" + other));
        ImportanceMap a = ImportanceMap.of(maps.get("A").slice(i));
        ImportanceMap b = ImportanceMap.of(maps.get(other).slice(i));
        TopPixels top = TopPixels.of(a, b, 90);

        assertThat(
                new double[] {
                  TopPixels.threshold(a.values(), 90), TopPixels.threshold(b.values(), 90)
                })
            .containsExactly(Json.doubles(pair.get("threshold90")), within(Reference.DOUBLE));
        assertThat(new int[] {top.first(), top.second()})
            .containsExactly(Json.ints(pair.get("n_above")));
        assertThat(AlignmentMeasure.intersectionOverUnion().score(a, b).orElseThrow())
            .isCloseTo(Json.number(pair.get("iou")), within(Reference.DOUBLE));
        assertThat(AlignmentMeasure.dice().score(a, b).orElseThrow())
            .isCloseTo(Json.number(pair.get("dice")), within(Reference.DOUBLE));
      }
    }
  }

  @Test
  void pixelsTiedWithTheThresholdAreNotOnTop() {
    // The 90th percentile of 8 fives and 3 nines is 9, so nothing is greater.
    Tensor values = Tensor.generate(Shape.of(1, 11), i -> i < 8 ? 5 : 9);
    ImportanceMap map = ImportanceMap.of(values);

    assertThat(TopPixels.of(map, map, 90)).isEqualTo(new TopPixels(0, 0, 0));
    assertThat(AlignmentMeasure.dice().score(map, map)).hasValue(0);
    assertThat(AlignmentMeasure.intersectionOverUnion().score(map, map)).hasValue(0);
  }

  @Test
  void equalMapsScoreOneButForTheEpsilon() {
    ImportanceMap map = ImportanceMap.of(Tensor.generate(Shape.of(10, 10), i -> i));

    assertThat(AlignmentMeasure.dice().score(map, map)).hasValue(20 / (20 + 1e-9));
    assertThat(AlignmentMeasure.intersectionOverUnion().score(map, map)).hasValue(10 / (10 + 1e-9));
  }

  @Test
  void sizesMustAgree() {
    ImportanceMap small = ImportanceMap.of(1, 2, 1, 2);
    ImportanceMap large = ImportanceMap.of(2, 2, 1, 2, 3, 4);

    assertThatThrownBy(() -> AlignmentMeasure.dice().score(small, large))
        .hasMessageStartingWith("dice: predicted map is 1 × 2, human map 2 × 2");
    assertThatThrownBy(() -> AlignmentMeasure.intersectionOverUnion().score(small, large))
        .hasMessageStartingWith("intersection over union: predicted map is 1 × 2");
  }
}
