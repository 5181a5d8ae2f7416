package org.neuralharmonizer.study.photographs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.Npz;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.ReferenceData;
import org.neuralharmonizer.testing.Safetensors;

final class PhotographsTest {
  private static final Classifier CLASSIFIER =
      ReferenceCnn.of(2).withImage(Shape.of(3, 4, 4)).withWidths(2, 2).classifier();
  private static final Network NETWORK =
      new Network("small", CLASSIFIER, CLASSIFIER.initialize(1), Preprocessing.unit());

  @TempDir private Path folder;
  private Path images;
  private Path maps;

  @BeforeEach
  void draw() throws IOException {
    images = Files.createDirectories(folder.resolve("images"));
    maps = Files.createDirectories(folder.resolve("maps"));
    for (String name : List.of("a", "a_b", "c")) {
      Images.write(
          images.resolve(name + ".png"), Tensor.generate(Shape.of(3, 4, 6), i -> i % 24 * 10));
    }
    Npy.write(maps.resolve("a.npy"), ramp(4, 6));
  }

  private static Tensor ramp(int... extents) {
    return Tensor.generate(Shape.of(extents), i -> i);
  }

  /** The middle half of the central square of 4 × 4 pixels, at its own size. */
  @Test
  void aShareOfTheCentralSquareIsTaken() throws IOException {
    Photographs whole = Photographs.read(images, maps, Framing.whole(4));
    Photographs half = Photographs.read(images, maps, new Framing(2, 0.5));
    for (int i = 0; i < 4; i++) {
      assertThat(half.pixels().at(0, 1, i / 2, i % 2))
          .isEqualTo(whole.pixels().at(0, 1, i / 2 + 1, i % 2 + 1));
      assertThat(half.maps().at(0, i / 2, i % 2))
          .isEqualTo(whole.maps().at(0, i / 2 + 1, i % 2 + 1));
    }
    assertThat(half.preparation()).startsWith("0.5 of the height of the central square");
  }

  private Photographs read() throws IOException {
    return Photographs.read(images, maps, Framing.whole(4));
  }

  private LabeledImages labeled() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.csv"), "a,0\na_b,1\nc,1\n");
    Photographs photographs = read();
    return photographs.labeled(NETWORK, Labels.read(labels, photographs.ids()));
  }

  @Test
  void theCentreIsCutAndImagesWithoutAMapStay() throws IOException {
    Files.writeString(images.resolve("notes.txt"), "no image");
    assertThat(read().ids()).containsExactly("a", "a_b", "c");
    assertThat(read().pixels().slice(0).slice(2).slice(1).toArray())
        .containsExactly(70, 80, 90, 100);
    LabeledImages set = labeled();
    assertThat(set.mapped()).isEqualTo(1);
    assertThat(set.map(0).values().slice(1).toArray()).containsExactly(7, 8, 9, 10);
    assertThat(set.image(0).at(0, 1, 0)).isEqualTo((float) (70 / 255.0));
    assertThat(set.mapWeight(1)).isZero();
    assertThat(set.label(1)).isEqualTo(1);
  }

  @Test
  void aMapBelongsToTheLongestName() throws IOException {
    Npy.write(maps.resolve("a_b_map.npy"), ramp(4, 6));
    Npy.write(maps.resolve("cd.npy"), ramp(4, 6));
    assertThat(labeled().mapped()).isEqualTo(2);
    assertThat(labeled().mapWeight(1)).isEqualTo(1);
    assertThat(labeled().mapWeight(2)).isZero();
  }

  @Test
  void ratersAloneGiveTheirMean() throws IOException {
    Tensor raters = Tensor.stack(List.of(ramp(4, 6), Tensor.filled(Shape.of(4, 6), 1)));
    Npy.write(maps.resolve("c-raters.npy"), raters);
    assertThat(read().raterMaps()).hasSize(1);
    assertThat(read().raterMaps().get(0).values().shape()).isEqualTo(Shape.of(2, 4, 4));
    assertThat(labeled().map(2).values().slice(0).toArray()).containsExactly(1, 1.5f, 2, 2.5f);
  }

  @Test
  void anArchiveMayHoldBoth() throws IOException {
    Map<String, Tensor> both = new LinkedHashMap<>();
    both.put("map", ramp(2, 3));
    both.put("raters", ramp(2, 8, 12));
    Npz.write(maps.resolve("c.npz"), both);
    assertThat(read().raterMaps().get(0).height()).isEqualTo(8);
    assertThat(labeled().mapped()).isEqualTo(2);
    Images.write(maps.resolve("a_b.png"), ramp(4, 6));
    assertThat(labeled().mapped()).isEqualTo(3);
  }

  @Test
  void twoMapsAreRefused() throws IOException {
    Npy.write(maps.resolve("a_map.npy"), ramp(4, 6));
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("has 2 maps", "a.npy", "a_map.npy", "keep one of them");
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    Path map = maps.resolve("a.npy");
    assertThatThrownBy(() -> withMap(map, ramp(4, 4)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("the map is 4 × 4, its image 4 × 6 — give maps of the whole image");
    assertThatThrownBy(() -> withMap(map, ramp(6)))
        .hasMessageContaining("the array is [6] — a map is H × W");
    Tensor hole = Tensor.generate(Shape.of(4, 6), i -> i == 8 ? Double.NaN : i);
    assertThatThrownBy(() -> withMap(map, hole))
        .hasMessageContaining("a.npy\": NaN at row 1, column 2 — every value of a map");
    assertThatThrownBy(() -> withMap(map, Tensor.stack(List.of(ramp(4, 6), hole))))
        .hasMessageContaining("NaN at rater 1, row 1, column 2");
    Files.writeString(map, "no array");
    assertThatThrownBy(this::read).isInstanceOf(MalformedFileException.class);
    Files.delete(map);
    assertThatThrownBy(this::read)
        .hasMessageContaining("none of the 0 maps (.npy, .npz, .png, .jpg)");
  }

  private void withMap(Path file, Tensor map) throws IOException {
    Npy.write(file, map);
    read();
  }

  @Test
  void imagesAreNeededAndHaveOneEndingEach() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> Photographs.read(empty, maps, Framing.whole(4)))
        .hasMessageContaining("images: no .jpg, .jpeg or .png in");
    Files.copy(images.resolve("a.png"), images.resolve("a.jpg"));
    assertThatThrownBy(this::read).hasMessageContaining("have the same name but for the ending");
    Files.delete(images.resolve("a.png"));
    Files.writeString(images.resolve("a.jpg"), "no picture");
    assertThatThrownBy(this::read).hasMessageContaining("neither JPEG nor PNG");
  }

  @Test
  void labelsAreReadWithOrWithoutHeaderAndEndings() throws IOException {
    assertThat(labels("image,label\n\"a\",3\nc.PNG, 4\na_b.jpg,0\n\nother.png,9\n").classes())
        .containsExactly(3, 0, 4);
    assertThat(labels("a,1\na_b,1\nc,1").count()).isEqualTo(2);
    assertThatThrownBy(() -> labels("a,1\nc,2\n")).hasMessageContaining("no label for [a_b]");
    assertThatThrownBy(() -> labels("a,1\na_b,dog\n"))
        .hasMessageContaining("line 2: \"a_b,dog\" — give lines of image,label");
    assertThatThrownBy(() -> labels("a,1\na.png,1\n"))
        .hasMessageContaining("line 2: \"a\" has a label already");
  }

  private Labels labels(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("labels.csv"), text);
    return Labels.read(file, read().ids());
  }

  /** The references were prepared by Pillow, so pictures agree to the bit, maps to rounding. */
  @Test
  void agreesWithTheReference() throws IOException {
    Path golden = ReferenceData.folder("model-mobilenet025-imagenet/golden");
    Path osie = ReferenceData.folder("osie-gaze");
    Map<String, Tensor> arrays = Safetensors.read(golden.resolve("batch4.safetensors"));
    Photographs photographs =
        Photographs.read(osie.resolve("stimuli"), osie.resolve("maps"), Framing.whole(224));
    Tensor pictures = arrays.get("images_u8");
    List<String> ids = List.of("1097", "1375", "1473", "1519");
    for (int i = 0; i < ids.size(); i++) {
      Tensor picture = pictures.slice(i);
      Tensor planes =
          Tensor.generate(Shape.of(3, 224, 224), k -> picture.value(k % 50176 * 3 + k / 50176));
      int position = photographs.ids().indexOf(ids.get(i));
      assertThat(photographs.pixels().slice(position)).as(ids.get(i)).isEqualTo(planes);
    }
    assertThat(photographs.raterMaps()).hasSize(3);
  }
}
