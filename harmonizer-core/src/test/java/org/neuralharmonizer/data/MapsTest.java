package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

class MapsTest {
  @Test
  void aMapNamesItsFirstValueThatIsNoNumber() {
    assertThatThrownBy(() -> ImportanceMap.of(2, 3, 0, 1, 2, 3, Float.NaN, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("importance map: NaN at row 1, column 1 — every value must be finite");
    assertThatThrownBy(
            () ->
                ImportanceMap.split(Tensor.of(Shape.of(2, 1, 2), 0, 0, Float.NEGATIVE_INFINITY, 0)))
        .hasMessage("importance map 1: -Infinity at row 0, column 0 — every value must be finite");
  }

  @Test
  void aMapIsAPictureWithPixels() {
    assertThatThrownBy(() -> ImportanceMap.of(Tensor.zeros(Shape.of(1, 4, 4))))
        .isInstanceOf(ShapeException.class)
        .hasMessage("importance map: needs H × W with at least one pixel, got [1, 4, 4]");
    assertThatThrownBy(() -> ImportanceMap.of(Tensor.zeros(Shape.of(0, 4))))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> ImportanceMap.split(Tensor.zeros(Shape.of(2, 1, 4, 4))))
        .hasMessageContaining("need N × H × W, got [2, 1, 4, 4]");
  }

  @Test
  void constantMapsAreKnown() {
    assertThat(ImportanceMap.of(1, 3, 2, 2, 2).isConstant()).isTrue();
    assertThat(ImportanceMap.of(1, 2, 0f, -0f).isConstant()).isTrue();
    assertThat(ImportanceMap.of(1, 3, 2, 2, 3).isConstant()).isFalse();
  }

  @Test
  void meansOfRatersAreSummedInDouble() {
    // In float 1e8 + 1 − 1e8 is 0.
    RaterMaps maps = RaterMaps.of("a", Tensor.of(Shape.of(3, 1, 2), 1e8f, 3, 1, 5, -1e8f, 7));

    assertThat(maps.mean()).isEqualTo(ImportanceMap.of(1, 2, 1 / 3f, 5));
    assertThat(maps.mean(1, 0)).isEqualTo(ImportanceMap.of(1, 2, 100000001 / 2f, 4));
    assertThat(maps.mean(1, 1)).isEqualTo(maps.rater(1));
  }

  @Test
  void preparingRatersPreparesEachAlone() {
    RaterMaps maps = RaterMaps.of("a", Tensor.generate(Shape.of(3, 8, 8), i -> i * i % 17));

    RaterMaps prepared = maps.prepared(Resampling.AREA.to(4, 2));

    assertThat(prepared.rater(2)).isEqualTo(maps.rater(2).prepared(Resampling.AREA.to(4, 2)));
    assertThat(prepared.id()).isEqualTo("a");
  }

  @Test
  void ratersAreNamedInErrors() {
    RaterMaps maps = RaterMaps.of("dog", Tensor.zeros(Shape.of(2, 2, 2)));

    assertThatThrownBy(() -> maps.mean(0, 2))
        .hasMessage("rater maps \"dog\": no rater 2, there are 2 (0 … 1)");
    assertThatThrownBy(() -> maps.mean(new int[0]))
        .hasMessage("rater maps \"dog\": the mean of no raters — name at least one");
    assertThatThrownBy(() -> RaterMaps.of("dog", Tensor.of(Shape.of(2, 1, 2), 0, 0, 0, Float.NaN)))
        .hasMessage(
            "rater maps \"dog\", rater 1: NaN at row 0, column 1 — every value must be finite");
    assertThatThrownBy(() -> RaterMaps.of("dog", Tensor.zeros(Shape.of(0, 2, 2))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("got [0, 2, 2]");
  }
}
