package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

class ResamplingTest {
  @Test
  void areaWeighsPixelsByTheShareThatIsCovered() {
    Tensor row = Tensor.of(Shape.of(1, 5), 1, 2, 3, 4, 5);

    // Each output covers 5/3 pixels: (1 + 2·2/3, 2·1/3 + 3 + 4·1/3, 4·2/3 + 5) · 3/5.
    assertThat(Resampling.AREA.resize(row, 1, 3).toArray())
        .containsExactly(new float[] {1.4f, 3, 4.6f}, within(1e-6f));
  }

  @Test
  void areaRepeatsPixelsWhenItEnlargesByAWholeFactor() {
    Tensor map = Tensor.of(Shape.of(1, 2), 3, 7);

    assertThat(Resampling.AREA.resize(map, 2, 4).toArray()).containsExactly(3, 3, 7, 7, 3, 3, 7, 7);
  }

  @ParameterizedTest
  @CsvSource({"7, 9, 3, 4", "5, 5, 11, 2", "64, 48, 7, 5", "1, 1, 3, 3"})
  void areaKeepsTheMean(int height, int width, int newHeight, int newWidth) {
    SeededRandom random = SeededRandom.of(3);
    Tensor map = Tensor.generate(Shape.of(height, width), i -> random.nextDouble());

    assertThat(mean(Resampling.AREA.resize(map, newHeight, newWidth)))
        .isCloseTo(mean(map), within(1e-7));
  }

  @Test
  void bilinearInterpolatesBetweenCentresAndClampsAtTheEdge() {
    Tensor row = Tensor.of(Shape.of(1, 2), 0, 4);

    assertThat(Resampling.BILINEAR.resize(row, 1, 4).toArray()).containsExactly(0, 1, 3, 4);
  }

  @Test
  void bilinearAtAQuarterIsTheMeanOfTheTwoMiddlePixels() {
    Tensor row = Tensor.of(Shape.of(1, 8), 9, 1, 2, 9, 9, 5, 8, 9);

    assertThat(Resampling.BILINEAR.resize(row, 1, 2).toArray()).containsExactly(1.5f, 6.5f);
  }

  @ParameterizedTest
  @EnumSource
  void theSameSizeKeepsEveryBitAndConstantsStay(Resampling resampling) {
    SeededRandom random = SeededRandom.of(5);
    Tensor images = Tensor.generate(Shape.of(2, 3, 7, 5), i -> random.nextGaussian());

    assertThat(resampling.resize(images, 7, 5)).isEqualTo(images);
    assertThat(resampling.resize(Tensor.filled(Shape.of(6, 4), 0.5), 5, 9).toArray())
        .usingComparatorWithPrecision(1e-7f)
        .containsOnly(0.5f);
  }

  @ParameterizedTest
  @EnumSource
  void everyPlaneIsResizedAlone(Resampling resampling) {
    SeededRandom random = SeededRandom.of(6);
    Tensor image = Tensor.generate(Shape.of(3, 8, 6), i -> random.nextGaussian());

    assertThat(resampling.resize(image, 5, 4).slice(2))
        .isEqualTo(resampling.resize(image.slice(2), 5, 4));
    assertThat(resampling.to(5, 4).apply(image)).isEqualTo(resampling.resize(image, 5, 4));
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    Tensor map = Tensor.zeros(Shape.of(4, 4));

    assertThatThrownBy(() -> Resampling.AREA.resize(map, 0, 3))
        .isInstanceOf(ShapeException.class)
        .hasMessage("resize: the new size must be at least 1 × 1, not 0 × 3");
    assertThatThrownBy(() -> Resampling.AREA.resize(Tensor.zeros(Shape.of(4)), 1, 1))
        .hasMessage("resize: needs … × H × W with at least one pixel, got [4]");
  }

  private static double mean(Tensor tensor) {
    double sum = 0;
    for (int i = 0; i < tensor.size(); i++) {
      sum += tensor.value(i);
    }
    return sum / tensor.size();
  }
}
