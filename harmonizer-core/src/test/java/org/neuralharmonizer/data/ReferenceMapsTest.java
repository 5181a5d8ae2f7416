package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.ReferenceData;
import org.neuralharmonizer.testing.Safetensors;

/** Blur and resizing against the reference values, which are double rounded once to float. */
class ReferenceMapsTest {
  /**
   * Two units in the last place of float: both sides round once, from sums that differ in order.
   */
  private static final double ROUNDED_ONCE = 2.4e-7;

  /** Each of three steps rounds its result to float, the reference only the last. */
  private static final double ROUNDED_THRICE = 4e-7;

  @ParameterizedTest
  @CsvSource({"0, 10, 10", "1, 10, 10", "2, 5, 1.5", "3, 9, 3"})
  void blurEqualsTheReference(int number, int size, double sigma) {
    Map<String, Tensor> reference = reference();
    GaussianBlur blur = GaussianBlur.of(size, sigma);

    assertClose(blur.kernel(), reference.get("kernel" + number), ROUNDED_ONCE);
    assertClose(
        blur.apply(reference.get("in" + number)), reference.get("out" + number), ROUNDED_ONCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void bilinearEqualsTheReference(int number) {
    Tensor wanted = reference().get("rs_out" + number);

    Tensor resized =
        Resampling.BILINEAR.resize(
            reference().get("rs_in" + number), wanted.shape().extent(0), wanted.shape().extent(1));

    assertClose(resized, wanted, ROUNDED_ONCE);
  }

  @Test
  void clickMePreparationEqualsTheReferenceAtEveryStep() {
    Map<String, Tensor> reference = reference();
    Tensor small = Resampling.BILINEAR.resize(reference.get("clickme_in"), 64, 64);
    Tensor blurred = GaussianBlur.asReleased().apply(small);

    assertClose(small, reference.get("clickme_64"), ROUNDED_ONCE);
    assertClose(blurred, reference.get("clickme_blur"), ROUNDED_THRICE);
    assertClose(
        MapPreparation.asReleased().apply(reference.get("clickme_in")),
        reference.get("clickme_224"),
        ROUNDED_THRICE);
  }

  private static Map<String, Tensor> reference() {
    return Safetensors.read(ReferenceData.folder("golden").resolve("d_blur_resize.safetensors"));
  }

  private static void assertClose(Tensor actual, Tensor wanted, double relative) {
    assertThat(actual.shape()).isEqualTo(wanted.shape());
    double largest = 0;
    for (int i = 0; i < wanted.size(); i++) {
      largest = Math.max(largest, Math.abs(wanted.value(i)));
    }
    for (int i = 0; i < wanted.size(); i++) {
      assertThat((double) actual.value(i))
          .as("element %d", i)
          .isCloseTo(wanted.value(i), within(relative * largest));
    }
  }
}
