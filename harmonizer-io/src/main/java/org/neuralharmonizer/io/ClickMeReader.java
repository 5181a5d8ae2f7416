package org.neuralharmonizer.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * ClickMe's images and maps out of TFRecord shards, one record at a time, in the order of the
 * shards and to the last record of the last one. Not for several threads.
 *
 * <p>Both published layouts are understood, record by record. In the newer one {@code image} and
 * {@code heatmap} are JPEG, in the older one 32-bit floats, little-endian, [side, side, 3] and
 * [side, side, 1]; {@code label} and {@code click_count} are integers. Plain and gzip shards are
 * told apart by their content.
 *
 * @see <a href="https://github.com/serre-lab/Harmonization">serre-lab/Harmonization,
 *     common/clickme_dataset.py</a>, whose reader leaves out the last shard and the last batch
 */
public final class ClickMeReader implements AutoCloseable {
  private static final int CHANNELS = 3;
  private static final int MOST_LABELS = 1 << 24;

  private final List<Path> shards;
  private final ReadLimits limits;
  private int next;
  private @Nullable TfRecords open;

  private ClickMeReader(List<Path> shards, ReadLimits limits) {
    this.shards = List.copyOf(shards);
    this.limits = limits;
  }

  /** Reads some shards, in the order given. */
  public static ClickMeReader of(List<Path> shards) {
    return of(shards, ReadLimits.standard());
  }

  /** As {@link #of(List)}, within other limits. */
  public static ClickMeReader of(List<Path> shards, ReadLimits limits) {
    return new ClickMeReader(shards, limits);
  }

  /**
   * All files of a folder whose names end in {@code .tfrecord} or {@code .tfrecords}, maybe with
   * {@code .gz}; ordered by name, numbers by value: {@code train-9} comes before {@code train-10}.
   *
   * @throws IllegalArgumentException if there is none
   * @throws IOException if the folder cannot be read
   */
  public static List<Path> shards(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(file -> file.getFileName().toString().matches("(?i).*\\.tfrecords?(\\.gz)?"))
              .sorted(Comparator.comparing(file -> sortable(file.getFileName().toString())))
              .toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            "clickme \"" + folder + "\": no file ends in .tfrecords — name the shards' folder");
      }
      return found;
    }
  }

  /**
   * The next record.
   *
   * @return empty after the last record of the last shard
   * @throws MalformedFileException if a record is damaged or has no image or map; the message names
   *     shard and record
   * @throws IOException if a shard cannot be read
   */
  public Optional<ClickMeRecord> next() throws IOException {
    while (open != null || next < shards.size()) {
      if (open == null) {
        open = TfRecords.open(shards.get(next), limits);
      }
      Optional<byte[]> record = open.next();
      if (record.isPresent()) {
        return Optional.of(decode(shards.get(next), open.position() - 1, record.get(), limits));
      }
      open.close();
      open = null;
      next++;
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
    next = shards.size();
  }

  static ClickMeRecord decode(Path shard, long position, byte[] record, ReadLimits limits)
      throws IOException {
    TfExample example = TfExample.parse(shard.toString(), position, record);
    Field image = field(shard, position, example, "image");
    Field map = field(shard, position, example, "heatmap");
    Tensor pixels = image.isJpeg() ? image.jpeg(limits).rgb() : image.floats(CHANNELS);
    Tensor values = map.isJpeg() ? map.jpeg(limits).map(shard.toString()) : map.floats(1).slice(0);
    if (pixels.shape().extent(1) != values.shape().extent(0)
        || pixels.shape().extent(2) != values.shape().extent(1)) {
      throw map.wrong(
          "is %s, the image %s".formatted(values.shape(), pixels.shape()),
          "both must show the same area at one size");
    }
    return new ClickMeRecord(
        id(shard, position), pixels, values, label(shard, position, example), clicks(example));
  }

  static String id(Path shard, long position) {
    return shard.getFileName() + "#" + position;
  }

  static OptionalLong clicks(TfExample example) {
    Long clicks = example.integers().get("click_count");
    return clicks == null ? OptionalLong.empty() : OptionalLong.of(clicks);
  }

  static OptionalInt label(Path shard, long position, TfExample example)
      throws MalformedFileException {
    Long label = example.integers().get("label");
    if (label != null && (label < 0 || label > MOST_LABELS)) {
      throw MalformedFileException.of(
          shard.toString(), "record " + position + ": the label " + label, "labels begin at 0");
    }
    return label == null ? OptionalInt.empty() : OptionalInt.of(label.intValue());
  }

  private static Field field(Path shard, long position, TfExample example, String name)
      throws MalformedFileException {
    byte[] bytes = example.bytes().get(name);
    Field field = new Field(shard.toString(), position, name, bytes == null ? new byte[0] : bytes);
    if (bytes == null) {
      throw field.wrong("is not there as one byte string", "give records in ClickMe's layout");
    }
    return field;
  }

  /** One byte string of a record. */
  private record Field(String shard, long position, String name, byte[] bytes) {
    boolean isJpeg() {
      return JpegDecoder.begins(bytes);
    }

    Picture jpeg(ReadLimits limits) throws IOException {
      try {
        return JpegDecoder.decode(shard, bytes, limits);
      } catch (MalformedFileException e) {
        throw wrong("cannot be decoded (" + e.getMessage() + ")", "copy the file again");
      }
    }

    /** A square picture of floats, channels last in the file, first in the tensor. */
    Tensor floats(int channels) throws MalformedFileException {
      int pixels = bytes.length / (channels * Float.BYTES);
      int side = (int) Math.round(Math.sqrt(pixels));
      if (side == 0 || (long) side * side * channels * Float.BYTES != bytes.length) {
        throw wrong(
            "is neither JPEG nor a square of " + channels + " floats per pixel",
            "give records in ClickMe's layout");
      }
      FloatBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      float[] planes = new float[channels * pixels];
      for (int i = 0; i < planes.length; i++) {
        float value = values.get(i);
        if (!Float.isFinite(value)) {
          throw wrong("holds " + value, "give finite values");
        }
        planes[i % channels * pixels + i / channels] = value;
      }
      return Tensor.of(Shape.of(channels, side, side), planes);
    }

    MalformedFileException wrong(String what, String remedy) {
      return MalformedFileException.of(
          shard, "record " + position + ", \"" + name + "\" " + what, remedy);
    }
  }

  /** The name with every number filled up to one length. */
  private static String sortable(String name) {
    StringBuilder key = new StringBuilder();
    for (String part : name.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)", -1)) {
      key.append(
              Character.isDigit(part.charAt(0)) ? "0".repeat(Math.max(0, 20 - part.length())) : "")
          .append(part);
    }
    return key.toString();
  }
}
