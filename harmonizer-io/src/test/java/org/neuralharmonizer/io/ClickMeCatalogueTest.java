package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.data.ImageCatalogue;

class ClickMeCatalogueTest {
  @TempDir private Path folder;

  @Test
  void anyRecordIsWhatTheReaderGives() throws IOException {
    List<Path> shards = shards();
    try (ClickMeReader reader = ClickMeReader.of(shards);
        ClickMeCatalogue catalogue = ClickMeCatalogue.open(shards)) {
      assertThat(catalogue.size()).isEqualTo(4);
      assertThat(catalogue.classes()).isEqualTo(8);
      List<ClickMeRecord> read = all(reader);
      for (int i : new int[] {3, 0, 2, 1}) {
        ClickMeRecord expected = read.get(i);
        ImageCatalogue.Entry entry = catalogue.entry(i);
        assertThat(entry.id()).isEqualTo(expected.id());
        assertThat(entry.label()).isEqualTo(expected.label());
        assertThat(catalogue.read(i).pixels()).isEqualTo(expected.image());
        assertThat(catalogue.read(i).map())
            .isEqualTo(i == 1 ? Optional.empty() : Optional.of(expected.heatmap()));
      }
      assertThat(catalogue.entry(1).hasMap()).isFalse();
      assertThat(catalogue.entry(2).label()).isEqualTo(OptionalInt.empty());
      assertThat(catalogue.only("labeled", entry -> entry.label().isPresent()).size()).isEqualTo(3);
    }
  }

  @Test
  void closingRemovesWhatWasUnpacked() throws IOException {
    ClickMeCatalogue catalogue = ClickMeCatalogue.open(shards());
    catalogue.close();
    assertThatThrownBy(() -> catalogue.read(3)).isInstanceOf(IOException.class);
    assertThat(catalogue.read(0).map()).isPresent();
  }

  @Test
  void aDamagedRecordIsFoundWhenOpened() throws IOException {
    Path shard = shards().get(0);
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length - 9] ^= 1;
    Files.write(shard, bytes);
    assertThatThrownBy(() -> ClickMeCatalogue.open(List.of(shard)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("record 1: the content does not match its checksum");
  }

  /** A plain shard of a mapped record and one of no clicks, and a compressed one. */
  private List<Path> shards() throws IOException {
    byte[] plain =
        RecordBytes.file(
            record(1, Map.of("label", 3L)), record(2, Map.of("label", 7L, "click_count", 0L)));
    byte[] compressed = RecordBytes.file(record(3, Map.of()), record(4, Map.of("label", 0L)));
    Path first = Files.write(folder.resolve("train-0.tfrecords"), plain);
    Path second = folder.resolve("train-1.tfrecords.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(second))) {
      out.write(compressed);
    }
    return List.of(first, second);
  }

  private static byte[] record(float value, Map<String, Object> more) throws IOException {
    Map<String, Object> features = new HashMap<>(more);
    features.put("image", RecordBytes.floats(value, 0, 0));
    features.put("heatmap", RecordBytes.floats(10 * value));
    return RecordBytes.example(features);
  }

  private static List<ClickMeRecord> all(ClickMeReader reader) throws IOException {
    List<ClickMeRecord> records = new ArrayList<>();
    for (Optional<ClickMeRecord> one = reader.next(); one.isPresent(); one = reader.next()) {
      records.add(one.get());
    }
    return records;
  }
}
