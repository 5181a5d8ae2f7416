package org.neuralharmonizer.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import org.neuralharmonizer.data.ImageCatalogue;

/**
 * ClickMe's records in any order, for training: every record of every shard is read and checked
 * once when it is opened, and found again by its place. Labels are ImageNet's classes; the number
 * of raters is not said. A record that was made of no clicks has no map.
 *
 * <p>Shards compressed by gzip are unpacked into temporary files, removed when it is closed; of
 * plain ones only the places are kept, about 100 bytes for each record.
 *
 * @see ClickMeReader
 */
public final class ClickMeCatalogue implements ImageCatalogue, AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final List<Place> records;
  private final int shards;
  private final List<Path> temporary;
  private final ReadLimits limits;
  private final CRC32C checksum = new CRC32C();

  /** A record and where it stands. */
  private record Place(
      Path shard, Path file, long offset, long position, OptionalInt label, OptionalLong clicks) {}

  private ClickMeCatalogue(
      List<Place> records, int shards, List<Path> temporary, ReadLimits limits) {
    this.records = records;
    this.shards = shards;
    this.temporary = temporary;
    this.limits = limits;
  }

  /**
   * Reads all shards once.
   *
   * @param shards in this order; see {@link ClickMeReader#shards}
   * @throws MalformedFileException if a record is damaged; its pictures are looked at only when it
   *     is read
   * @throws IOException if a shard cannot be read
   */
  public static ClickMeCatalogue open(List<Path> shards) throws IOException {
    return open(shards, ReadLimits.standard());
  }

  /** As {@link #open(List)}, within other limits. */
  public static ClickMeCatalogue open(List<Path> shards, ReadLimits limits) throws IOException {
    List<Place> records = new ArrayList<>();
    ClickMeCatalogue catalogue =
        new ClickMeCatalogue(records, shards.size(), new ArrayList<>(), limits);
    try {
      for (Path shard : shards) {
        catalogue.index(shard, records);
      }
      return catalogue;
    } catch (IOException | RuntimeException e) {
      catalogue.close();
      throw e;
    }
  }

  private void index(Path shard, List<Place> records) throws IOException {
    try (TfRecords content = TfRecords.open(shard, limits)) {
      Path file = shard;
      if (content.isCompressed()) {
        file = Files.createTempFile("clickme", ".tfrecords");
        temporary.add(file);
      }
      long offset = 0;
      for (Optional<byte[]> next = content.next(); next.isPresent(); next = content.next()) {
        long position = content.position() - 1;
        TfExample example = TfExample.parse(shard.toString(), position, next.get());
        records.add(
            new Place(
                shard,
                file,
                offset,
                position,
                ClickMeReader.label(shard, position, example),
                ClickMeReader.clicks(example)));
        checksum.update(next.get());
        offset += TfRecords.FRAME_BYTES + next.get().length;
      }
      if (content.isCompressed()) {
        unpack(shard, file, offset);
      }
    }
  }

  /** No more than the records take, which were read once already. */
  private static void unpack(Path shard, Path file, long bytes) throws IOException {
    try (InputStream packed = new GZIPInputStream(Files.newInputStream(shard), BUFFER);
        OutputStream plain = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      long left = bytes;
      while (left > 0) {
        int read = packed.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw MalformedFileException.of(
              shard.toString(), "it became shorter while it was read", "leave it alone");
        }
        plain.write(buffer, 0, read);
        left -= read;
      }
    }
  }

  @Override
  public int size() {
    return records.size();
  }

  @Override
  public Entry entry(int position) {
    Place found = records.get(position);
    return new Entry(
        ClickMeReader.id(found.shard(), found.position()),
        found.shard().toString(),
        found.label(),
        OptionalInt.empty(),
        found.clicks().orElse(1) > 0);
  }

  @Override
  public Sample read(int position) throws IOException {
    Place found = records.get(position);
    byte[] content;
    try (TfRecords file =
        TfRecords.openAt(found.file(), found.shard(), found.offset(), found.position(), limits)) {
      content =
          file.next()
              .orElseThrow(
                  () ->
                      MalformedFileException.of(
                          found.shard().toString(),
                          "record " + found.position() + " is gone since it was opened",
                          "leave shards alone while they are in use"));
    }
    ClickMeRecord record = ClickMeReader.decode(found.shard(), found.position(), content, limits);
    return new Sample(
        record.image(),
        entry(position).hasMap() ? Optional.of(record.heatmap()) : Optional.empty());
  }

  /** The classes up to the greatest label; 0 if there are no labels. */
  public int classes() {
    return records.stream().mapToInt(each -> each.label().orElse(-1)).max().orElse(-1) + 1;
  }

  /** CRC-32C over the content of all records in order, which tells data of two runs apart. */
  public String checksum() {
    return Long.toHexString(checksum.getValue());
  }

  @Override
  public String mapConvention() {
    return "ClickMe's heatmaps as the records hold them";
  }

  @Override
  public String description() {
    return "ClickMe, " + shards + " shards";
  }

  /** Removes temporary files. */
  @Override
  public void close() throws IOException {
    for (Path file : temporary) {
      Files.deleteIfExists(file);
    }
  }
}
