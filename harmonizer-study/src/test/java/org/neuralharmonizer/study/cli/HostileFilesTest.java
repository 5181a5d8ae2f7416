package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

/**
 * Files that are damaged, lie or do not belong here: one line that says so, and nothing written.
 */
final class HostileFilesTest {
  @TempDir private Path folder;
  private TinyPhotographs tiny;

  @BeforeEach
  void draw() throws IOException {
    tiny = TinyPhotographs.in(folder);
  }

  private Command align(Path weights, Object... more) {
    Object[] words = {
      "align",
      "--network",
      TinyPhotographs.NETWORK,
      "--weights",
      weights,
      "--images",
      tiny.images(),
      "--maps",
      tiny.maps()
    };
    Object[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Command.run(all);
  }

  private void assertRefused(int status, String... parts) {
    assertRefused(align(tiny.weights()), status, parts);
  }

  private static void assertRefused(Command command, int status, String... parts) {
    assertThat(command.err()).hasLineCount(1).startsWith("harmonize ").contains(parts);
    assertThat(command.status()).as(command.err()).isEqualTo(status);
    assertThat(command.out()).isEmpty();
  }

  @Test
  void weightsThatEndEarlyOrLie() throws IOException {
    byte[] whole = Files.readAllBytes(tiny.weights());
    Path cut = folder.resolve("cut.safetensors");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(align(cut), 1, "read \"" + cut + "\"");
    assertRefused(
        align(safetensors("terabytes", 1L << 42, "{}")), 1, "read \"", "terabytes.safetensors");
    String overlapping =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
    assertRefused(
        align(safetensors("overlap", overlapping.length(), overlapping)), 1, "read \"", "\"b\"");
    assertRefused(align(Files.write(folder.resolve("empty.safetensors"), new byte[0])), 1, "read");
  }

  private Path safetensors(String name, long length, String header) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(text);
    return Files.write(folder.resolve(name + ".safetensors"), bytes.array());
  }

  @Test
  void weightsOfAnotherFormat() throws IOException {
    Path picture = tiny.images().resolve("p0.png");
    Path h5 = Files.copy(picture, folder.resolve("picture.h5"));
    assertRefused(align(h5), 1, "read \"" + h5 + "\"", "HDF5");
    Path npz = Files.copy(picture, folder.resolve("picture.npz"));
    assertRefused(align(npz), 1, "read \"" + npz + "\"");
  }

  /** A gigabyte of zeros, which takes a megabyte as an archive. */
  @Test
  void weightsThatUnpackWithoutEnd() throws IOException {
    Path bomb = folder.resolve("bomb.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
      zip.putNextEntry(new ZipEntry("a.npy"));
      Path small = folder.resolve("small.npy");
      Npy.write(small, Tensor.zeros(Shape.of(4)));
      zip.write(Files.readAllBytes(small));
      for (int i = 0; i < 1 << 14; i++) {
        zip.write(new byte[1 << 16]);
      }
    }
    assertRefused(align(bomb), 1, "read \"" + bomb + "\"");
  }

  @Test
  void weightsOfAnotherNetworkAreToldApartCompletely() throws IOException {
    Map<String, Tensor> arrays = new TreeMap<>(Safetensors.read(tiny.weights()));
    String first = arrays.keySet().iterator().next();
    arrays.remove(first);
    arrays.put("fc.weight", Tensor.zeros(Shape.of(2, 7)));
    arrays.put("stranger", Tensor.scalar(1));
    Path other = folder.resolve("other.safetensors");
    Safetensors.write(other, arrays, Map.of());
    assertRefused(align(other), 2, "\"" + first + "\"", "\"stranger\"", "[2, 7]");
  }

  @Test
  void picturesThatEndEarlyOrLie() throws IOException {
    Path jpeg = tiny.images().resolve("q.jpg");
    byte[] start = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F'};
    Files.write(jpeg, start);
    assertRefused(1, "read \"" + jpeg + "\"");
    Files.delete(jpeg);

    Path png = tiny.images().resolve("p1.png");
    byte[] bytes = Files.readAllBytes(png);
    Files.write(png, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(1, "read \"" + png + "\"");

    ByteBuffer lying = ByteBuffer.wrap(bytes);
    lying.putInt(16, 1_000_000_000).putInt(20, 1_000_000_000);
    CRC32 sum = new CRC32();
    sum.update(bytes, 12, 17);
    lying.putInt(29, (int) sum.getValue());
    Files.write(png, bytes);
    assertRefused(1, "read \"" + png + "\"", "1000000000 × 1000000000");
  }

  @Test
  void foldersWithoutWhatIsNeeded() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Object[] images = {
      "align",
      "--network",
      TinyPhotographs.NETWORK,
      "--weights",
      tiny.weights(),
      "--images",
      empty,
      "--maps",
      tiny.maps()
    };
    assertRefused(Command.run(images), 2, "no .jpg, .jpeg or .png in \"" + empty + "\"");
    images[6] = tiny.images();
    images[8] = empty;
    assertRefused(Command.run(images), 2, "none of the 0 maps");
    images[8] = tiny.labels();
    assertRefused(Command.run(images), 1, "read \"" + tiny.labels() + "\"");
  }

  @Test
  void mapsThatAreNone() throws IOException {
    Path map = tiny.maps().resolve("p1_map.npy");
    Npy.write(map, Tensor.generate(Shape.of(12, 16), i -> i == 20 ? Double.NaN : i));
    assertRefused(1, "read \"" + map + "\": NaN at row 1, column 4", "must be finite");
    Npy.write(map, Tensor.zeros(Shape.of(16)));
    assertRefused(1, "the array is [16] — a map is H × W");
    Npy.write(map, Tensor.zeros(Shape.of(16, 16)));
    assertRefused(1, "the map is 16 × 16, its image 24 × 32");
    Npy.write(map, Tensor.generate(Shape.of(12, 16), i -> i));
    Npy.write(tiny.maps().resolve("p1.npy"), Tensor.zeros(Shape.of(12, 16)));
    assertRefused(2, "has 2 maps", "keep one of them");
  }

  /** A constant map has no ranks to compare: its image is counted, and the mean is of the rest. */
  @Test
  void constantMapsAreCounted() throws IOException {
    Npy.write(tiny.maps().resolve("p1_map.npy"), Tensor.zeros(Shape.of(12, 16)));
    Path json = folder.resolve("results.json");
    Command command = align(tiny.weights(), "--labels", tiny.labels(), "--json", json);
    assertThat(command.status()).as(command.err()).isZero();
    Map<String, Object> results = Json.object(Json.read(json));
    assertThat(Json.number(results.get("spearman_undefined"))).isEqualTo(1);
    assertThat(Json.number(results.get("spearman_mean"))).isFinite();
    assertThat(Json.object(Json.list(results.get("per_image")).get(1)).get("spearman")).isNull();
  }

  @Test
  void onlyConstantMapsLeaveNothingToScore() throws IOException {
    for (int i = 0; i < 3; i++) {
      Npy.write(tiny.maps().resolve("p" + i + "_map.npy"), Tensor.zeros(Shape.of(12, 16)));
    }
    Npy.write(tiny.maps().resolve("p3-raters.npy"), Tensor.zeros(Shape.of(2, 12, 16)));
    Path json = folder.resolve("results.json");
    Path report = folder.resolve("page.html");
    Command command =
        align(tiny.weights(), "--labels", tiny.labels(), "--json", json, "--report", report);
    assertThat(command.err()).isEmpty();
    assertThat(command.status()).isZero();
    assertThat(command.out()).doesNotContain("NaN");
    assertThat(Json.object(Json.read(json)).get("spearman_mean")).isNull();
    assertThat(report).content(StandardCharsets.UTF_8).doesNotContain(">NaN");
  }

  @Test
  void labelsThatAreNone() throws IOException {
    String good = Files.readString(tiny.labels());
    labels(good + "p0.png,1\n", 1, "line 7", "\"p0\" has a label already");
    labels(good + "what is this\n", 1, "line 7", "give lines of image,label");
    labels(good.replace("p4.png,1", "p4.png,3"), 2, "3");
    labels(good.replace("p4.png,1", "p4.png,-1"), 1, "line 6");
    labels(good.replace("p4.png,1\n", ""), 2, "no label for [p4]");
    Files.write(tiny.labels(), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertRefused(align(tiny.weights(), "--labels", tiny.labels()), 1, "not UTF-8 text");
    Files.writeString(tiny.labels(), good + "elsewhere.png,0\n");
    assertThat(align(tiny.weights(), "--labels", tiny.labels()).status()).isZero();
  }

  private void labels(String text, int status, String... parts) throws IOException {
    Files.writeString(tiny.labels(), text);
    assertRefused(align(tiny.weights(), "--labels", tiny.labels()), status, parts);
  }

  @Test
  void whatCannotBeWrittenIsRefusedBeforeTheWork() throws IOException {
    for (String option : new String[] {"--json", "--report"}) {
      assertRefused(align(tiny.weights(), option, folder), 1, "is a folder");
      Path nowhere = folder.resolve("nowhere").resolve("a");
      assertRefused(align(tiny.weights(), option, nowhere), 1, "there is no folder");
    }
    assertRefused(Command.run("backends", "--json", folder), 1, "is a folder");
    assertRefused(Command.run("demo", "--json", folder), 1, "is a folder");
    assertRefused(Command.run("verify", "--data", folder, "--json", folder), 1, "is a folder");
  }

  @Test
  void quietIsQuiet() throws IOException {
    Path json = folder.resolve("results.json");
    assertThat(align(tiny.weights(), "--quiet", "--json", json)).isEqualTo(new Command(0, "", ""));
    assertThat(Json.object(Json.read(json)))
        .containsKeys("images", "without_map", "spearman_mean", "per_image", "settings");
    Images.write(tiny.images().resolve("p9.png"), Tensor.zeros(Shape.of(3, 1, 1)));
    assertThat(align(tiny.weights(), "--quiet").err()).isEmpty();
  }
}
