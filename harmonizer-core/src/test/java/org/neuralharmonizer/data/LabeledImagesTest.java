package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

class LabeledImagesTest {
  private static final Tensor IMAGES = Tensor.generate(Shape.of(3, 3, 2, 4), i -> i);
  private static final Tensor MAPS = Tensor.generate(Shape.of(3, 2, 4), i -> 100 + i);

  @Test
  void batchesHoldWhatWasAskedForInThatOrder() {
    LabeledImages data = LabeledImages.of(IMAGES, new int[] {0, 1, 1}, 2).withMaps(MAPS, 1, 0, 0.5);

    LabeledImages.Batch batch = data.batch(2, 0, 2);

    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.images())
        .isEqualTo(Tensor.stack(List.of(IMAGES.slice(2), IMAGES.slice(0), IMAGES.slice(2))));
    assertThat(batch.labels()).isEqualTo(Tensor.of(Shape.of(3, 2), 0, 1, 1, 0, 0, 1));
    assertThat(batch.maps())
        .isEqualTo(Tensor.stack(List.of(MAPS.slice(2), MAPS.slice(0), MAPS.slice(2))));
    assertThat(batch.mapWeights()).isEqualTo(Tensor.of(Shape.of(3), 0.5f, 1, 0.5f));
  }

  @Test
  void imagesWithoutAMapReadAsZerosOfWeightZero() {
    LabeledImages none = LabeledImages.of(IMAGES, new int[] {0, 1, 1}, 2);
    Tensor broken = Tensor.generate(MAPS.shape(), i -> i < 8 ? Double.NaN : i);
    LabeledImages some = none.withMaps(broken, 0, 1, 1);

    assertThat(none.all().maps()).isEqualTo(Tensor.zeros(MAPS.shape()));
    assertThat(none.all().mapWeights()).isEqualTo(Tensor.zeros(Shape.of(3)));
    assertThat(some.batch(0).maps()).isEqualTo(Tensor.zeros(Shape.of(1, 2, 4)));
    assertThat(some.mapped()).isEqualTo(2);
    assertThat(some.onlyMapped().size()).isEqualTo(2);
    assertThat(some.onlyMapped().ids()).containsExactly("1", "2");
    assertThatThrownBy(() -> some.map(0))
        .hasMessage(
            "labeled images: image 0 \"0\" has no map — ask only where mapWeight is above 0");
    assertThatThrownBy(none::onlyMapped)
        .hasMessage("labeled images: none of the 3 images has a map — add them by withMaps");
  }

  @Test
  void softLabelsAreKept() {
    Tensor soft = Tensor.of(Shape.of(3, 2), 0.25f, 0.75f, 1, 0, 0.5f, 0.5f);
    LabeledImages data = LabeledImages.of(IMAGES, soft).withIds(List.of("a", "b", "c"));

    assertThat(data.all().labels()).isEqualTo(soft);
    assertThat(data.label(0)).isEqualTo(1);
    assertThat(data.label(2)).isZero();
    assertThat(data.subset(2, 0).ids()).containsExactly("c", "a");
    assertThat(data.subset(2, 0).image(1)).isEqualTo(IMAGES.slice(0));
    assertThat(data).hasToString("labeled images [3, 3, 2, 4], 2 classes, 0 with a map");
  }

  @Test
  void pixelsThatAreNoNumbersAreNamedByImageAndPosition() {
    Tensor broken = Tensor.generate(IMAGES.shape(), i -> i == 24 + 8 + 4 + 3 ? Double.NaN : 0);

    assertThatThrownBy(() -> LabeledImages.of(broken, new int[3], 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "labeled images, image 1: NaN at channel 1, row 1, column 3"
                + " — every value must be finite");
  }

  @Test
  void labelsAreChecked() {
    assertThatThrownBy(() -> LabeledImages.of(IMAGES, new int[] {0, 2, 1}, 2))
        .hasMessage("labeled images: label 2 of image 1 is not one of the 2 classes 0 … 1");
    assertThatThrownBy(() -> LabeledImages.of(IMAGES, new int[] {0, 1}, 2))
        .isInstanceOf(ShapeException.class)
        .hasMessage("labeled images: labels of shape [2, 2] for 3 images, need [3, K]");
    assertThatThrownBy(
            () -> LabeledImages.of(IMAGES, Tensor.of(Shape.of(3, 2), 1, 0, 0.5f, 0, 0, 1)))
        .hasMessage("labeled images: label weights of image 1 sum to 0.5, not to 1");
    assertThatThrownBy(() -> LabeledImages.of(IMAGES, Tensor.of(Shape.of(3, 2), 1, 0, 2, -1, 0, 1)))
        .hasMessageContaining("label weight -1.0 of image 1, class 1");
    assertThatThrownBy(
            () -> LabeledImages.of(IMAGES, Tensor.of(Shape.of(3, 2), 1, 0, Float.NaN, 0, 0, 1)))
        .hasMessageContaining("label weight NaN of image 1, class 0");
  }

  @Test
  void mapsAreChecked() {
    LabeledImages data = LabeledImages.of(IMAGES, new int[3], 1);

    assertThatThrownBy(() -> data.withMaps(Tensor.zeros(Shape.of(3, 4, 4))))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(
            "labeled images: maps are [3, 4, 4], the images [3, 3, 2, 4] need [3, 2, 4]");
    assertThatThrownBy(() -> data.withMaps(MAPS, 1, 1))
        .hasMessage("labeled images: 2 map weights for 3 images");
    assertThatThrownBy(() -> data.withMaps(MAPS, 1, 1, 1.5))
        .hasMessage("labeled images: map weight 1.5 of image 2 is not in [0, 1]");
    Tensor broken = Tensor.generate(MAPS.shape(), i -> i == 9 ? Double.NaN : 0);
    assertThatThrownBy(() -> data.withMaps(broken))
        .hasMessage(
            "labeled images, map of image 1: NaN at row 0, column 1 — every value must be finite");
    assertThatThrownBy(() -> data.batch(0, 3))
        .hasMessage("labeled images: no image 3, there are 3 (0 … 2)");
    assertThatThrownBy(() -> data.withIds(List.of("a")))
        .hasMessage("labeled images: 1 ids for 3 images");
  }
}
