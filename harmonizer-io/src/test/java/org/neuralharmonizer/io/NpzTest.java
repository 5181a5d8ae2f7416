package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class NpzTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void archivesHoldTheSameAsTheFiles(String archive) throws IOException {
    Path reference = ReferenceData.folder("file-formats").resolve("npy");
    Map<String, Tensor> arrays = Npz.read(reference.resolve(archive));
    assertThat(arrays.keySet())
        .hasSize(11)
        .containsExactlyElementsOf(Npz.names(reference.resolve(archive)));
    for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
      assertThat(array.getValue()).isEqualTo(Npy.read(reference.resolve(array.getKey() + ".npy")));
    }
  }

  @Test
  void readsTheReferenceArchiveByName() throws IOException {
    Path reference = ReferenceData.folder("file-formats").resolve("npy");
    Path archive = reference.resolve("example.npz");
    Map<?, ?> all = (Map<?, ?>) Json.read(reference.resolve("expected.json"));
    Map<?, ?> expected = (Map<?, ?>) all.get("example.npz");
    assertThat(Npz.names(archive))
        .hasSameElementsAs(expected.keySet().stream().map(String.class::cast).toList());
    for (Map.Entry<?, ?> array : expected.entrySet()) {
      String name = (String) array.getKey();
      if (name.equals("x_S3")) {
        assertThatThrownBy(() -> Npz.read(archive, name))
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining("array \"x_S3\" has the dtype \"|S3\", byte strings");
      } else {
        NpyTest.assertArray(Npz.readDoubles(archive, name), (Map<?, ?>) array.getValue(), "values");
        assertThat(Npz.read(archive, name)).isEqualTo(Npz.readDoubles(archive, name).toTensor());
      }
    }
    assertThatThrownBy(() -> Npz.read(archive, "nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no array \"nothing\" — it has [x_b, ");
  }

  @Test
  void survivesTheRoundTripInOrder() throws IOException {
    Map<String, Tensor> arrays = arrays();
    Path file = folder.resolve("a.npz");
    Npz.write(file, arrays);
    assertThat(Npz.read(file)).isEqualTo(arrays);
    assertThat(Npz.names(file)).containsExactly("z/kernel", "a", "µ");
    Path again = folder.resolve("b.npz");
    Npz.write(again, arrays);
    assertThat(again).hasSameBinaryContentAs(file);
  }

  @Test
  void aBombIsRefusedByTheLimit() throws IOException {
    Path file = folder.resolve("bomb.npz");
    writeMember(
        file, "a.npy", NpyTest.npy(1, NpyTest.header("|b1", "(67108864,)"), new byte[0]), 64);
    assertThat(Files.size(file)).isLessThan(100_000);
    Hostile hostile =
        new Hostile(
            file, path -> Npz.read(path, ReadLimits.standard().withDecodedBytes(1 << 20)), 1 << 20);
    hostile.attempt(Files.readAllBytes(file), "64 MiB of zeros");
    assertThat(hostile.refused()).isEqualTo(1);
    assertThat(Npz.read(file).get("a").size()).isEqualTo(1 << 26);
  }

  @Test
  void aClaimBeyondDeflateIsRefused() throws IOException {
    Path file = folder.resolve("a.npz");
    Npz.write(file, Map.of("a", Tensor.zeros(Shape.of(10))));
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int directory = zip.getInt(bytes.length - 6);
    zip.putInt(directory + 24, 2_000_000_000);
    Hostile hostile = new Hostile(file, Npz::read, 1 << 20);
    hostile.attempt(bytes, "2 GB out of a few bytes");
    assertThat(hostile.refused()).isEqualTo(1);
  }

  @Test
  void checksumsOtherMembersAndEmptyFilesAreExplained() throws IOException {
    Path file = folder.resolve("a.npz");
    writeMember(file, "readme.txt", new byte[3], 0);
    assertThatThrownBy(() -> Npz.read(file))
        .hasMessageContaining("the member \"readme.txt\" is not an array");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> Npz.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("not a whole zip archive");
    Npz.write(file, Map.of("a", Tensor.zeros(Shape.of(10))));
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    zip.putInt(zip.getInt(bytes.length - 6) + 16, 42);
    Files.write(file, bytes);
    assertThatThrownBy(() -> Npz.read(file))
        .hasMessageContaining("array \"a\" does not match its checksum");
  }

  @Test
  void survivesDamage() throws IOException {
    Path file = folder.resolve("a.npz");
    Npz.write(file, arrays());
    byte[] valid = Files.readAllBytes(file);
    new Hostile(file, Npz::read, 4 << 20).cut(valid).flip(valid, 3000, 7);
  }

  private static Map<String, Tensor> arrays() {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("z/kernel", Tensor.generate(Shape.of(2, 3), Math::cos));
    arrays.put("a", Tensor.scalar(3));
    arrays.put("µ", Tensor.zeros(Shape.of(0, 2)));
    return arrays;
  }

  private static void writeMember(Path file, String name, byte[] start, int mebibytesOfZeros)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(start);
      for (int i = 0; i < mebibytesOfZeros; i++) {
        zip.write(new byte[1 << 20]);
      }
      zip.closeEntry();
    }
  }
}
