package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class ViewTest {
  private static final Augmentation ALL = Augmentation.randomResizedCrop().mirroring(0.5);

  @Test
  void theWholeAtItsOwnSizeIsUnchanged() {
    Tensor planes = random(2, 5, 7);
    assertThat(View.WHOLE.show(planes, 5, 7)).isEqualTo(planes);
  }

  @Test
  void enlargesAsBilinearInterpolation() {
    Tensor planes = random(3, 6, 5);
    float[] shown = View.WHOLE.show(planes, 11, 13).toArray();
    // Weights are divided by a sum that rounds to within a few units of 1.
    assertThat(shown)
        .containsExactly(Resampling.BILINEAR.resize(planes, 11, 13).toArray(), within(1e-6f));
  }

  @Test
  void halvesByTheTriangleOfFourPixels() {
    Tensor line = Tensor.of(Shape.of(1, 8), 0, 0, 0, 8, 0, 0, 0, 0);
    // The triangle of two new pixels' width has weights 1, 3, 3, 1 over 8.
    assertThat(View.WHOLE.show(line, 1, 4).toArray())
        .containsExactly(new float[] {0, 3, 1, 0}, within(1e-6f));
  }

  @Test
  void showsAPartAndMirrorsIt() {
    Tensor line = Tensor.of(Shape.of(1, 6), 0, 1, 2, 3, 4, 5);
    View middle = new View(0, 2.0 / 6, 1, 3.0 / 6, false);
    assertThat(middle.show(line, 1, 3).toArray()).containsExactly(2, 3, 4);
    assertThat(middle.mirroredOnceMore().show(line, 1, 3).toArray()).containsExactly(4, 3, 2);
  }

  @Test
  void aMapOfAnotherSizeStaysOnItsLandmark() {
    int side = 96;
    for (int i = 0; i < 200; i++) {
      SeededRandom random = SeededRandom.of(i);
      View view = ALL.draw(120, 150, random);
      // A landmark near the middle of the part, drawn into the image and into a coarser map.
      double y = view.top() + view.height() * random.nextDouble(0.4, 0.6);
      double x = view.left() + view.width() * random.nextDouble(0.4, 0.6);
      double[] inImage = centroid(view.show(blob(120, 150, y, x), side, side));
      double[] inMap = centroid(view.show(blob(48, 60, y, x), side, side));
      double across = (x - view.left()) / view.width();
      assertThat(inImage[0]).isCloseTo((y - view.top()) / view.height(), within(0.02));
      assertThat(inImage[1]).isCloseTo(view.mirrored() ? 1 - across : across, within(0.02));
      assertThat(inMap).containsExactly(inImage, within(0.02));
    }
  }

  @Test
  void cropsKeepToTheirLimits() {
    RandomResizedCrop crop = new RandomResizedCrop(0.25, 0.5, 0.8, 1.25);
    for (int i = 0; i < 500; i++) {
      View view = crop.draw(200, 300, SeededRandom.of(i));
      double aspect = view.width() * 300 / (view.height() * 200);
      // Sides are rounded to whole pixels, of which there are at least 90.
      assertThat(view.height() * view.width()).isBetween(0.245, 0.51);
      assertThat(aspect).isBetween(0.785, 1.27);
    }
  }

  @Test
  void whatNeverFitsIsTheCentre() {
    View view = new RandomResizedCrop(1, 1, 4, 4).draw(100, 100, SeededRandom.of(1));
    assertThat(view.height()).isEqualTo(0.88);
    assertThat(view.top()).isEqualTo(0.06);
  }

  @Test
  void refusesWhatLiesOutside() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new View(0.5, 0, 0.6, 1, false))
        .withMessageContaining("is not inside it");
    assertThatIllegalArgumentException().isThrownBy(() -> new RandomResizedCrop(0.5, 0.2, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Augmentation.central(0));
  }

  private static Tensor blob(int height, int width, double y, double x) {
    return Tensor.generate(
        Shape.of(height, width),
        i -> {
          int row = i / width;
          double down = (row + 0.5) / height - y;
          double across = (i % width + 0.5) / width - x;
          return Math.exp(-(down * down + across * across) / (2 * 0.02 * 0.02));
        });
  }

  /** In shares of height and width. */
  private static double[] centroid(Tensor map) {
    int height = map.shape().extent(0);
    int width = map.shape().extent(1);
    double sum = 0;
    double down = 0;
    double across = 0;
    for (int i = 0; i < map.size(); i++) {
      int row = i / width;
      sum += map.value(i);
      down += map.value(i) * (row + 0.5) / height;
      across += map.value(i) * (i % width + 0.5) / width;
    }
    return new double[] {down / sum, across / sum};
  }

  private static Tensor random(int... extents) {
    SeededRandom random = SeededRandom.of(3);
    return Tensor.generate(Shape.of(extents), i -> random.nextDouble());
  }
}
