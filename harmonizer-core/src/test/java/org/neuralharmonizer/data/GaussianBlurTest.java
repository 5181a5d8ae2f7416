package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class GaussianBlurTest {
  private static final int SIZE = 64;

  @Test
  void theReleasedKernelMovesAPointOneColumnToTheLeft() {
    Tensor blurred = GaussianBlur.asReleased().apply(point(32, 32));

    assertThat(blurred.at(32, 31)).isGreaterThan(blurred.at(32, 32));
    assertThat(blurred.at(32, 31)).isGreaterThan(blurred.at(32, 30));
    assertThat(blurred.at(32, 31)).isGreaterThan(blurred.at(31, 31));
    assertThat(blurred.at(32, 31)).isGreaterThan(blurred.at(33, 31));
  }

  @Test
  void aCentredBlurIsSymmetricAndReachesFourSigma() {
    Tensor blurred = GaussianBlur.centred(1.5).apply(point(32, 32));

    for (int away = 1; away <= 6; away++) {
      assertThat(blurred.at(32, 32 - away)).isEqualTo(blurred.at(32, 32 + away)).isPositive();
      assertThat(blurred.at(32 - away, 32)).isEqualTo(blurred.at(32, 32 + away));
    }
    assertThat(blurred.at(32, 32 + 7)).isZero();
    assertThat(sum(blurred)).isCloseTo(1, within(1e-6));
  }

  @Test
  void zerosOutsideTheMapDarkenItsBorder() {
    Tensor blurred = GaussianBlur.centred(2).apply(Tensor.filled(Shape.of(SIZE, SIZE), 1));

    assertThat(blurred.at(32, 32)).isCloseTo(1f, within(1e-6f));
    // Half the kernel and half its middle tap lie inside along one axis.
    assertThat((double) blurred.at(32, 0)).isBetween(0.5, 0.6 + 1e-6);
  }

  @Test
  void aKernelLargerThanTheMapIsCut() {
    Tensor one = GaussianBlur.centred(10).apply(Tensor.filled(Shape.of(1, 1), 1));

    // The middle tap of a normalized Gaussian of sigma 10 is 0.0399 per axis, erf-corrected at 4
    // sigma.
    assertThat((double) one.item()).isCloseTo(0.0399 * 0.0399, within(1e-5));
  }

  @Test
  void settingsAreCheckedAndDescribed() {
    assertThatThrownBy(() -> GaussianBlur.of(0, 1))
        .hasMessage("blur: the size must be at least 1, not 0");
    assertThatThrownBy(() -> GaussianBlur.centred(Double.NaN))
        .hasMessage("blur: sigma must be positive and at most 1e6 pixels, not NaN");
    assertThat(MapPreparation.asReleased().description())
        .isEqualTo("bilinear to 64 × 64, blur of size 10, sigma 10.0, bilinear to 224 × 224");
    assertThat(MapPreparation.none().then(GaussianBlur.centred(2)).description())
        .isEqualTo("centred blur of sigma 2.0");
  }

  private static Tensor point(int row, int column) {
    return Tensor.generate(Shape.of(SIZE, SIZE), i -> i == row * SIZE + column ? 1 : 0);
  }

  private static double sum(Tensor tensor) {
    double sum = 0;
    for (int i = 0; i < tensor.size(); i++) {
      sum += tensor.value(i);
    }
    return sum;
  }
}
