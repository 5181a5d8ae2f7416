package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfRecordsTest {
  private static final byte[] ABC = "abc".getBytes(StandardCharsets.UTF_8);
  private static final byte[] EMPTY = {};

  @TempDir Path folder;

  @Test
  void theReferenceFilesHoldWhatTheyShould() throws IOException {
    Path reference = ReferenceData.folder("file-formats").resolve("tfrecord");
    Map<?, ?> expected = (Map<?, ?>) Json.read(reference.resolve("expected.json"));
    for (String name : List.of("foo", "foo_bar")) {
      List<byte[]> records = read(reference.resolve(name + ".tfrecord"));
      assertThat(records.stream().map(each -> new String(each, StandardCharsets.UTF_8)))
          .isEqualTo(expected.get(name));
    }
  }

  @Test
  void plainAndCompressedFilesGiveTheSameRecords() throws IOException {
    byte[] plain = RecordBytes.file(ABC, EMPTY, new byte[70_000]);
    List<byte[]> records = read(file(plain));
    assertThat(records).containsExactly(ABC, EMPTY, new byte[70_000]);
    assertThat(read(file(gzip(plain)))).containsExactlyElementsOf(records);
    assertThat(read(file(EMPTY))).isEmpty();
  }

  @Test
  void aLengthThatLooksLikeGzipIsALength() throws IOException {
    byte[] record = new byte[0x8b1f];
    assertThat(read(file(RecordBytes.file(record)))).containsExactly(record);
  }

  @Test
  void damageIsNamedWithItsRecord() throws IOException {
    byte[] whole = RecordBytes.file(ABC, ABC);
    byte[] content = whole.clone();
    content[19 + 12] ^= 1;
    assertThatThrownBy(() -> read(file(content)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("record 1: the content does not match its checksum");
    byte[] length = whole.clone();
    length[0] ^= 1;
    assertThatThrownBy(() -> read(file(length)))
        .hasMessageContaining("record 0: the length does not match its checksum");
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 7);
    assertThatThrownBy(() -> read(file(cut)))
        .hasMessageContaining("record 1: the file ends within");
    byte[] huge = whole.clone();
    huge[6] = 1;
    assertThatThrownBy(() -> read(file(RecordBytes.repaired(huge))))
        .hasMessageContaining("record 0: claims 281474976710659 bytes, at most 38 can be");
    byte[] zipped = gzip(whole);
    assertThatThrownBy(() -> read(file(java.util.Arrays.copyOf(zipped, zipped.length - 12))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("not a whole gzip file");
  }

  @Test
  void survivesDamage() throws IOException {
    byte[] whole = RecordBytes.file(ABC, new byte[300], ABC);
    Path file = folder.resolve("damaged.tfrecords");
    new Hostile(file, TfRecordsTest::read, 1 << 20).cut(whole).flip(whole, 500, 3);
    byte[] zipped = gzip(whole);
    new Hostile(file, TfRecordsTest::read, 4 << 20).cut(zipped).flip(zipped, 500, 4);
  }

  static List<byte[]> read(Path file) throws IOException {
    List<byte[]> all = new ArrayList<>();
    try (TfRecords records =
        TfRecords.open(file, ReadLimits.standard().withDecodedBytes(1 << 18))) {
      for (Optional<byte[]> one = records.next(); one.isPresent(); one = records.next()) {
        all.add(one.get());
      }
      assertThat(records.position()).isEqualTo(all.size());
    }
    return all;
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("records"), bytes);
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
