package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class ClickMeReaderTest {
  @TempDir Path folder;

  @Test
  void theReferenceShardsHoldWhatTheOfficialReaderSees() throws IOException {
    Path reference = ReferenceData.folder("clickme-schema");
    Map<?, ?> expected = (Map<?, ?>) Json.read(reference.resolve("expected.json"));
    Map<String, Tensor> tensors = Safetensors.read(reference.resolve("expected.safetensors"));
    List<ClickMeRecord> records =
        read(shard(reference, "clickme-0"), shard(reference, "clickme-1"));
    List<?> facts = (List<?>) expected.get("records");
    assertThat(records).hasSameSizeAs(facts);
    for (int i = 0; i < records.size(); i++) {
      ClickMeRecord record = records.get(i);
      assertThat(record.label().getAsInt())
          .isEqualTo(((Number) ((Map<?, ?>) facts.get(i)).get("label")).intValue());
      if (tensors.containsKey("decoded_image_" + i)) {
        // Decoders differ in the rounding of the cosine transform and in how they spread colour.
        assertThat(meanDistance(record.image(), channelsFirst(tensors.get("decoded_image_" + i))))
            .isLessThan(1);
        assertThat(meanDistance(record.heatmap(), tensors.get("decoded_heatmap_" + i)))
            .isLessThan(0.5);
      }
      Tensor prepared = MapPreparation.asReleased().apply(record.heatmap());
      assertThat(distance(prepared, tensors.get("heatmap_" + i))).isLessThan(1.0);
    }
  }

  @Test
  void everyVariantOfTheReferenceIsReadOrRefusedAsItShould() throws IOException {
    Path reference = ReferenceData.folder("clickme-schema");
    ClickMeRecord first = read(shard(reference, "clickme-0")).get(0);
    ClickMeRecord zipped = read(shard(reference, "clickme-gzip")).get(0);
    assertThat(zipped.image()).isEqualTo(first.image());
    assertThat(zipped.label()).isEqualTo(first.label());
    ClickMeRecord unlabelled = read(shard(reference, "variant-nolabel-extra")).get(0);
    assertThat(unlabelled.label()).isEmpty();
    assertThat(unlabelled.labelAsReleased()).isZero();
    assertThat(unlabelled.heatmap()).isEqualTo(first.heatmap());
    assertThat(read(shard(reference, "variant-empty"))).isEmpty();
    List<ClickMeRecord> whole = new ArrayList<>();
    assertThatThrownBy(() -> read(whole, List.of(shard(reference, "variant-truncated"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("record 2: the file ends within it");
    assertThat(whole).hasSize(2);
    assertThatThrownBy(() -> read(shard(reference, "variant-badcrc")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("record 0: the content does not match its checksum");
  }

  @Test
  void bothLayoutsMayStandInOneShard() throws IOException {
    float[] pixels = new float[2 * 2 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i;
    }
    byte[] raw =
        RecordBytes.example(
            Map.of(
                "image",
                RecordBytes.floats(pixels),
                "heatmap",
                RecordBytes.floats(0, 0.5f, 1, -1),
                "label",
                7L,
                "click_count",
                12L));
    Path file = write("both.tfrecords", raw, jpeg());
    List<ClickMeRecord> records = read(file);
    ClickMeRecord first = records.get(0);
    assertThat(first.id()).isEqualTo("both.tfrecords#0");
    assertThat(first.image())
        .isEqualTo(Tensor.of(Shape.of(3, 2, 2), 0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11));
    assertThat(first.heatmap()).isEqualTo(Tensor.of(Shape.of(2, 2), 0, 0.5f, 1, -1));
    assertThat(first.label()).isEqualTo(OptionalInt.of(7));
    assertThat(first.clicks()).isEqualTo(OptionalLong.of(12));
    ClickMeRecord second = records.get(1);
    assertThat(second.id()).isEqualTo("both.tfrecords#1");
    assertThat(second.image().shape()).isEqualTo(Shape.of(3, 16, 24));
    assertThat((double) second.image().at(0, 8, 8)).isEqualTo(200, within(3.0));
    assertThat((double) second.heatmap().at(8, 8)).isEqualTo(90, within(2.0));
    assertThat(second.clicks()).isEmpty();
  }

  @Test
  void shardsComeInTheOrderOfTheirNumbersAndNoneIsLeftOut() throws IOException {
    for (String name : List.of("train-10.tfrecords", "train-9.tfrecords", "train-0.tfrecords.gz")) {
      write(name, jpeg());
    }
    Files.writeString(folder.resolve("notes.txt"), "no shard");
    List<Path> shards = ClickMeReader.shards(folder);
    assertThat(shards.stream().map(shard -> shard.getFileName().toString()))
        .containsExactly("train-0.tfrecords.gz", "train-9.tfrecords", "train-10.tfrecords");
    assertThat(read(shards.toArray(Path[]::new))).hasSize(3);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> ClickMeReader.shards(empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no file ends in .tfrecords");
  }

  @Test
  void whatARecordLacksIsNamed() throws IOException {
    assertRefused(
        Map.of("heatmap", JpegBytes.grey(8, 8, 1)),
        "record 0, \"image\" is not there as one byte string");
    assertRefused(
        Map.of("image", JpegBytes.colour(8, 8), "heatmap", new byte[15]),
        "record 0, \"heatmap\" is neither JPEG nor a square of 1 floats per pixel");
    assertRefused(
        Map.of("image", JpegBytes.colour(8, 8), "heatmap", JpegBytes.grey(8, 16, 1)),
        "record 0, \"heatmap\" is [16, 8], the image [3, 8, 8]");
    assertRefused(
        Map.of("image", JpegBytes.colour(2, 1), "heatmap", RecordBytes.floats(Float.NaN)),
        "record 0, \"heatmap\" holds NaN");
    assertRefused(
        Map.of("image", JpegBytes.colour(8, 8), "heatmap", JpegBytes.grey(8, 8, 1), "label", -1L),
        "record 0: the label -1");
    Path noise = write("noise.tfrecords", new byte[] {10, 127, 3});
    assertThatThrownBy(() -> read(noise)).hasMessageContaining("record 0 is no tf.train.Example");
  }

  @Test
  void survivesDamage() throws IOException {
    byte[] valid = RecordBytes.file(jpeg(), jpeg());
    Path file = folder.resolve("damaged.tfrecords");
    new Hostile(file, ClickMeReaderTest::read, 8 << 20)
        .repairing(RecordBytes::repaired)
        .cut(valid)
        .flip(valid, 1000, 11);
  }

  private void assertRefused(Map<String, Object> features, String message) throws IOException {
    Path file = write("refused.tfrecords", RecordBytes.example(features));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  private static byte[] jpeg() throws IOException {
    return RecordBytes.example(
        Map.of("image", JpegBytes.colour(24, 16), "heatmap", JpegBytes.grey(24, 16, 90)));
  }

  private Path write(String name, byte[]... records) throws IOException {
    byte[] bytes = RecordBytes.file(records);
    return Files.write(
        folder.resolve(name), name.endsWith(".gz") ? TfRecordsTest.gzip(bytes) : bytes);
  }

  private static Path shard(Path folder, String name) {
    return folder.resolve(name + ".tfrecords");
  }

  private static List<ClickMeRecord> read(Path... shards) throws IOException {
    List<ClickMeRecord> all = new ArrayList<>();
    read(all, List.of(shards));
    return all;
  }

  private static List<ClickMeRecord> read(Path shard) throws IOException {
    return read(new Path[] {shard});
  }

  private static void read(List<ClickMeRecord> all, List<Path> shards) throws IOException {
    try (ClickMeReader reader = ClickMeReader.of(shards)) {
      for (Optional<ClickMeRecord> one = reader.next(); one.isPresent(); one = reader.next()) {
        all.add(one.get());
      }
    }
  }

  private static Tensor channelsFirst(Tensor image) {
    int height = image.shape().extent(0);
    int width = image.shape().extent(1);
    int area = height * width;
    return Tensor.generate(Shape.of(3, height, width), i -> image.value(i % area * 3 + i / area));
  }

  private static double distance(Tensor one, Tensor other) {
    double most = 0;
    for (int i = 0; i < one.size(); i++) {
      most = Math.max(most, Math.abs(one.value(i) - other.value(i)));
    }
    return most;
  }

  private static double meanDistance(Tensor one, Tensor other) {
    double sum = 0;
    for (int i = 0; i < one.size(); i++) {
      sum += Math.abs(one.value(i) - other.value(i));
    }
    return sum / one.size();
  }
}
