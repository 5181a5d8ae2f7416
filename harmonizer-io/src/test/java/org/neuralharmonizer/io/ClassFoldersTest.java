package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.data.ImageCatalogue;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

final class ClassFoldersTest {
  @TempDir private Path folder;

  private void picture(String path, int level) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Images.write(file, Tensor.filled(Shape.of(3, 4, 5), level));
  }

  @Test
  void aClassIsThePlaceOfItsFolderAndOthersArePassedOver() throws IOException {
    picture("n03/b.png", 30);
    picture("n01/z.PNG", 10);
    picture("n01/a.png", 11);
    Files.createDirectories(folder.resolve("n02"));
    Files.writeString(folder.resolve("n01/notes.txt"), "none");
    Files.writeString(folder.resolve("n01/.hidden.png"), "none");
    Files.writeString(folder.resolve("labels.csv"), "none");
    Files.createDirectories(folder.resolve(".cache"));

    ClassFolders images = ClassFolders.open(folder);
    assertThat(images.classes()).containsExactly("n01", "n02", "n03");
    assertThat(IntStream.range(0, images.size()).mapToObj(i -> images.entry(i).id()))
        .containsExactly("n01/a.png", "n01/z.PNG", "n03/b.png");
    ImageCatalogue.Entry last = images.entry(2);
    assertThat(last.label()).isEqualTo(OptionalInt.of(2));
    assertThat(last.hasMap()).isFalse();
    ImageCatalogue.Sample sample = images.read(2);
    assertThat(sample.pixels()).isEqualTo(Tensor.filled(Shape.of(3, 4, 5), 30));
    assertThat(sample.map()).isEmpty();
    assertThat(images.description()).startsWith("3 folders of ");
  }

  @Test
  void theChecksumTellsFilesApart() throws IOException {
    picture("a/1.png", 1);
    String before = ClassFolders.open(folder).checksum();
    assertThat(ClassFolders.open(folder).checksum()).isEqualTo(before);
    picture("b/1.png", 1);
    assertThat(ClassFolders.open(folder).checksum()).isNotEqualTo(before);
  }

  @Test
  void foldersWithoutPicturesAreRefused() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> ClassFolders.open(folder))
        .hasMessage(
            "images \""
                + folder
                + "\": none of its 1 folders holds a .jpg, .jpeg or .png"
                + " — name the folder that has one folder for each class");
  }

  @Test
  void aPictureThatCannotBeReadIsNamed() throws IOException {
    picture("a/1.png", 1);
    Files.writeString(folder.resolve("a/2.png"), "no picture");
    ClassFolders images = ClassFolders.open(folder);
    assertThatThrownBy(() -> images.read(1)).hasMessageContaining("2.png");
  }
}
