package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.data.ImageCatalogue;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class NpzCatalogueTest {
  private static final Tensor IMAGE = Tensor.generate(Shape.of(2, 4, 3), i -> i);
  private static final Tensor MAP = Tensor.generate(Shape.of(2, 4, 1), i -> i * 0.5);

  @TempDir private Path folder;

  @Test
  void readsWhatThereIs() throws IOException {
    write("b.npz", Map.of("image", IMAGE, "heatmap", MAP, "label", Tensor.scalar(17)));
    write("a.npz", Map.of("image", IMAGE));
    NpzCatalogue images = NpzCatalogue.open(folder);
    assertThat(images.size()).isEqualTo(2);
    assertThat(images.entry(0))
        .isEqualTo(
            new ImageCatalogue.Entry(
                "a",
                folder.resolve("a.npz").toString(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                false));
    assertThat(images.read(0).map()).isEmpty();
    assertThat(images.entry(1).label()).isEqualTo(OptionalInt.of(17));
    ImageCatalogue.Sample sample = images.read(1);
    // Channels come first.
    assertThat(sample.pixels().slice(1).toArray()).containsExactly(1, 4, 7, 10, 13, 16, 19, 22);
    assertThat(sample.map().orElseThrow().shape()).isEqualTo(Shape.of(2, 4));
  }

  @Test
  void namesTheFileThatIsNotLikeThat() throws IOException {
    assertThatThrownBy(() -> NpzCatalogue.open(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no file ends in .npz");
    write("a.npz", Map.of("image", MAP));
    NpzCatalogue grey = NpzCatalogue.open(folder);
    assertThatThrownBy(() -> grey.read(0)).hasMessageContaining("not H × W × 3");
    write("a.npz", Map.of("image", IMAGE, "label", Tensor.scalar(0.5)));
    assertThatThrownBy(() -> NpzCatalogue.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("no single whole number");
    write("a.npz", Map.of("heatmap", MAP));
    assertThatThrownBy(() -> NpzCatalogue.open(folder)).hasMessageContaining("and no image");
  }

  private void write(String name, Map<String, Tensor> arrays) throws IOException {
    Npz.write(folder.resolve(name), arrays);
  }
}
