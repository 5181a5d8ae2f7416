package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.data.ImageSource.Visit;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class PreparedImagesTest {
  private static final int SIDE = 16;
  private static final ImageCatalogue DRAWN = new DrawnCatalogue(12, 4, 5);
  private static final List<Visit> VISITS =
      List.of(new Visit(3, 0), new Visit(1, 0), new Visit(1, 1), new Visit(11, 7));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void anyNumberOfThreadsGivesTheSameBits(int threads) {
    try (PreparedImages one = all(1);
        PreparedImages several = all(threads)) {
      LabeledImages.Batch alone = one.batch(VISITS);
      several.announce(List.of(VISITS.get(2), new Visit(4, 0), VISITS.get(0)));
      assertThat(several.batch(VISITS)).isEqualTo(alone);
      several.announce(VISITS);
      assertThat(several.batch(VISITS.subList(1, 3)).images().slice(1))
          .isEqualTo(alone.images().slice(2));
    }
  }

  @Test
  void anImageIsCutAnewInEachEpoch() {
    try (PreparedImages images = all(2)) {
      LabeledImages.Batch batch = images.batch(VISITS);
      assertThat(batch.images().slice(1)).isNotEqualTo(batch.images().slice(2));
      assertThat(batch.mapWeights().toArray()).containsExactly(0, 1, 1, 1);
      assertThat(batch.maps().slice(0).toArray()).containsOnly(0);
    }
  }

  @Test
  void withoutAugmentationItIsTheCentralSquare() {
    try (PreparedImages images = prepared(DRAWN).build()) {
      Tensor pixels = sample(1).pixels();
      View square =
          Augmentation.central(1)
              .draw(pixels.shape().extent(1), pixels.shape().extent(2), SeededRandom.of(0));
      LabeledImages.Batch batch = images.batch(List.of(new Visit(1, 9)));
      assertThat(batch.images().slice(0))
          .isEqualTo(Preprocessing.unit().apply(square.show(pixels, SIDE, SIDE)));
      assertThat(batch.labels().toArray()).containsExactly(0, 1, 0, 0);
    }
  }

  /** With whole views, ClickMe's maps are prepared as they lie in the file. */
  @Test
  void aWholeMapIsPreparedAtItsOwnSize() {
    Tensor map = Tensor.generate(Shape.of(256, 256), i -> i % 251);
    ImageCatalogue single = single(Tensor.zeros(Shape.of(3, 256, 256)), map);
    try (PreparedImages images =
        PreparedImages.of(single, 1, 224, Preprocessing.unit())
            .maps(MapPreparation.asReleased())
            .augmentation((height, width, random) -> View.WHOLE)
            .build()) {
      assertThat(images.batch(List.of(new Visit(0, 0))).maps().slice(0))
          .isEqualTo(MapPreparation.asReleased().apply(map));
    }
  }

  @Test
  void blendedImagesLabelsAndMapsHaveOneWeight() {
    ImageCatalogue drawn = new DrawnCatalogue(6, 6, 2);
    try (PreparedImages plain = PreparedImages.of(drawn, 6, SIDE, Preprocessing.unit()).build();
        PreparedImages mixed =
            PreparedImages.of(drawn, 6, SIDE, Preprocessing.unit())
                .mixup(new Mixup(1, 0.4))
                .build()) {
      LabeledImages.Batch singles = plain.batch(visits(6));
      LabeledImages.Batch blends = mixed.batch(visits(6));
      for (int i = 0; i < 6; i++) {
        Map<Integer, Float> parts = parts(blends.labels().slice(i));
        assertThat(parts.keySet()).contains(i);
        assertThat(parts.values().stream().mapToDouble(each -> each).sum())
            .isCloseTo(1, within(1e-6));
        boolean mapped = i % 3 != 0;
        assertThat(parts.keySet()).allMatch(each -> (each % 3 != 0) == mapped);
        assertThat(blends.images().slice(i).toArray())
            .containsExactly(sum(singles.images(), parts), within(1e-6f));
        assertThat(blends.maps().slice(i).toArray())
            .containsExactly(sum(singles.maps(), parts), within(1e-6f));
      }
    }
  }

  @Test
  void namesTheImageThatCannotBeRead() {
    ImageCatalogue broken =
        new Single(Optional.empty(), OptionalInt.of(0)) {
          @Override
          public Sample read(int position) throws IOException {
            throw new IOException("the file ends early");
          }
        };
    try (PreparedImages images = PreparedImages.of(broken, 1, 8, Preprocessing.unit()).build()) {
      assertThatThrownBy(() -> images.batch(visits(1)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("images: \"the one\": the file ends early");
    }
  }

  @Test
  void refusesImagesWithoutAUsableLabel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreparedImages.of(DRAWN, 3, 8, Preprocessing.unit()).build())
        .withMessageContaining("\"image 3\" has label 3, the classes are 0 … 2");
    ImageCatalogue unlabeled = new Single(Optional.empty(), OptionalInt.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreparedImages.of(unlabeled, 3, 8, Preprocessing.unit()).build())
        .withMessageContaining("has no label");
    ImageCatalogue labeled = unlabeled.only("labeled", entry -> entry.label().isPresent());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreparedImages.of(labeled, 3, 8, Preprocessing.unit()).build())
        .withMessageContaining("holds none");
  }

  private static PreparedImages all(int threads) {
    return prepared(DRAWN)
        .augmentation(Augmentation.randomResizedCrop().mirroring(0.5))
        .mixup(Mixup.asInEarlierCode())
        .seed(3)
        .threads(threads)
        .build();
  }

  private static PreparedImages.Builder prepared(ImageCatalogue catalogue) {
    return PreparedImages.of(catalogue, 4, SIDE, Preprocessing.unit());
  }

  private static ImageCatalogue.Sample sample(int position) {
    return new DrawnCatalogue(12, 4, 5).read(position);
  }

  private static List<Visit> visits(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Visit(i, 0)).toList();
  }

  private static Map<Integer, Float> parts(Tensor label) {
    Map<Integer, Float> parts = new TreeMap<>();
    for (int k = 0; k < label.size(); k++) {
      if (label.value(k) > 0) {
        parts.put(k, label.value(k));
      }
    }
    return parts;
  }

  private static float[] sum(Tensor planes, Map<Integer, Float> parts) {
    float[] sum = new float[planes.slice(0).size()];
    parts.forEach(
        (image, weight) -> {
          Tensor plane = planes.slice(image);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * plane.value(i);
          }
        });
    return sum;
  }

  private static ImageCatalogue single(Tensor pixels, Tensor map) {
    return new Single(
        Optional.of(new ImageCatalogue.Sample(pixels, Optional.of(map))), OptionalInt.of(0));
  }

  private static class Single implements ImageCatalogue {
    private final Optional<Sample> sample;
    private final OptionalInt label;

    Single(Optional<Sample> sample, OptionalInt label) {
      this.sample = sample;
      this.label = label;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public Entry entry(int position) {
      return new Entry("the one", "here", label, OptionalInt.empty(), sample.isPresent());
    }

    @Override
    public Sample read(int position) throws IOException {
      return sample.orElseThrow();
    }

    @Override
    public String mapConvention() {
      return "any";
    }

    @Override
    public String description() {
      return "one image";
    }
  }
}
