package org.neuralharmonizer.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * Shards of ClickMe's older layout: a square of one colour on noise, whose place is the map and
 * whose colour is the class; the first record has no label.
 */
public final class TinyRecords {
  private static final int SIDE = 32;
  private static final int SQUARE = 10;

  private TinyRecords() {}

  /** Two shards in a folder. */
  public static Path in(Path folder, int records, long seed) throws IOException {
    Files.createDirectories(folder);
    for (int shard = 0; shard < 2; shard++) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      for (int i = 0; i < records / 2; i++) {
        boolean labeled = shard > 0 || i > 0;
        frame(file, example(SeededRandom.of(seed).stream(shard, i), i % 2, labeled));
      }
      Files.write(folder.resolve("train-" + shard + ".tfrecords"), file.toByteArray());
    }
    return folder;
  }

  private static byte[] example(SeededRandom random, int label, boolean labeled)
      throws IOException {
    float[] pixels = new float[SIDE * SIDE * 3];
    float[] map = new float[SIDE * SIDE];
    int top = random.nextInt(SIDE - SQUARE);
    int left = random.nextInt(SIDE - SQUARE);
    for (int i = 0; i < map.length; i++) {
      boolean inside =
          i / SIDE >= top
              && i / SIDE < top + SQUARE
              && i % SIDE >= left
              && i % SIDE < left + SQUARE;
      map[i] = inside ? 1 : 0;
      for (int channel = 0; channel < 3; channel++) {
        pixels[3 * i + channel] = inside ? (channel == label ? 250 : 5) : 60 + random.nextInt(60);
      }
    }
    ByteArrayOutputStream features = new ByteArrayOutputStream();
    feature(features, "image", 1, message(1, floats(pixels)));
    feature(features, "heatmap", 1, message(1, floats(map)));
    if (labeled) {
      feature(features, "label", 3, new byte[] {8, (byte) label});
    }
    return message(1, features.toByteArray());
  }

  private static void feature(ByteArrayOutputStream out, String name, int kind, byte[] list)
      throws IOException {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.write(message(1, name.getBytes(StandardCharsets.UTF_8)));
    entry.write(message(2, message(kind, list)));
    out.write(message(1, entry.toByteArray()));
  }

  /** A field of bytes: its number, their length, they themselves. */
  private static byte[] message(int field, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((field << 3) | 2);
    int rest = content.length;
    for (; rest >= 128; rest >>>= 7) {
      out.write((rest & 127) | 128);
    }
    out.write(rest);
    out.write(content);
    return out.toByteArray();
  }

  private static byte[] floats(float... values) {
    byte[] bytes = new byte[Float.BYTES * values.length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return bytes;
  }

  private static void frame(ByteArrayOutputStream out, byte[] content) throws IOException {
    byte[] length = new byte[Long.BYTES];
    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(content.length);
    out.write(length);
    out.write(checksum(length));
    out.write(content);
    out.write(checksum(content));
  }

  private static byte[] checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    byte[] masked = new byte[Integer.BYTES];
    ByteBuffer.wrap(masked)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8);
    return masked;
  }
}
