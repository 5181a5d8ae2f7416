package org.neuralharmonizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.data.ImageSource.Visit;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class MixedSourcesTest {
  private final LabeledImages mapped =
      images("m", 3).withMaps(Tensor.generate(Shape.of(3, 2, 2), i -> i));
  private final LabeledImages plain = images("p", 10);

  @Test
  void everyEpochHasItsShareAndNoImageComesTwiceInARound() {
    MixedSources mixed = MixedSources.ofShare(mapped, plain, 0.3, 1);
    assertThat(mixed.size()).isEqualTo(13);
    List<String> ofMapped = new ArrayList<>();
    List<String> ofPlain = new ArrayList<>();
    for (long epoch = 0; epoch < 30; epoch++) {
      List<String> ids = ids(mixed, epoch);
      assertThat(ids.stream().filter(id -> id.startsWith("m")).count()).isEqualTo(4);
      ids.forEach(id -> (id.startsWith("m") ? ofMapped : ofPlain).add(id));
    }
    assertRounds(ofMapped, 3);
    assertRounds(ofPlain, 10);
  }

  @Test
  void aBatchHoldsWhatItsVisitsAskFor() {
    MixedSources mixed = MixedSources.of(List.of(mapped, plain), new int[] {4, 9}, 2);
    List<Visit> visits = List.of(new Visit(12, 3), new Visit(0, 1), new Visit(4, 0));
    mixed.announce(visits);
    LabeledImages.Batch batch = mixed.batch(visits);
    assertThat(batch.mapWeights().toArray()).containsExactly(0, 1, 0);
    for (int i = 0; i < visits.size(); i++) {
      String id = mixed.id(visits.get(i));
      LabeledImages source = id.startsWith("m") ? mapped : plain;
      int position = source.ids().indexOf(id);
      assertThat(batch.images().slice(i)).isEqualTo(source.image(position));
      assertThat(batch.maps().slice(i)).isEqualTo(source.batch(position).maps().slice(0));
    }
  }

  @Test
  void refusesSourcesThatDoNotFit() {
    LabeledImages wide = LabeledImages.of(Tensor.zeros(Shape.of(1, 1, 2, 3)), new int[1], 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MixedSources.ofShare(mapped, wide, 0.5, 0))
        .withMessageContaining("prepare them alike");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MixedSources.of(List.of(mapped), new int[] {0}, 0))
        .withMessageContaining("at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MixedSources.ofShare(mapped, plain, 1, 0));
  }

  private static void assertRounds(List<String> ids, int size) {
    for (int from = 0; from + size <= ids.size(); from += size) {
      assertThat(ids.subList(from, from + size)).doesNotHaveDuplicates();
    }
  }

  private static List<String> ids(ImageSource source, long epoch) {
    return IntStream.range(0, source.size()).mapToObj(i -> source.id(new Visit(i, epoch))).toList();
  }

  private static LabeledImages images(String prefix, int count) {
    return LabeledImages.of(
            Tensor.generate(Shape.of(count, 1, 2, 2), i -> i * 0.1), new int[count], 2)
        .withIds(IntStream.range(0, count).mapToObj(i -> prefix + i).toList());
  }
}
