package org.neuralharmonizer.study.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes 8-bit RGB as PNG (ISO/IEC 15948), without the desktop module. */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final byte[] EIGHT_BIT_RGB = {8, 2, 0, 0, 0};

  private Png() {}

  /**
   * @param rgb height × width × 3, row by row
   */
  static byte[] encode(byte[] rgb, int height, int width) {
    var file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    var header = new ByteArrayOutputStream();
    header.writeBytes(bigEndian(width));
    header.writeBytes(bigEndian(height));
    header.writeBytes(EIGHT_BIT_RGB);
    chunk(file, "IHDR", header.toByteArray());
    chunk(file, "IDAT", compressed(rgb, height, 3 * width));
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static byte[] compressed(byte[] rgb, int height, int stride) {
    var bytes = new ByteArrayOutputStream();
    var deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try (var stream = new DeflaterOutputStream(bytes, deflater)) {
      for (int row = 0; row < height; row++) {
        stream.write(1);
        stream.write(differences(rgb, row * stride, stride));
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  /** Filter type 1: each byte less the same channel of the pixel to its left. */
  private static byte[] differences(byte[] rgb, int from, int stride) {
    byte[] row = new byte[stride];
    for (int i = 0; i < stride; i++) {
      row[i] = (byte) (rgb[from + i] - (i < 3 ? 0 : rgb[from + i - 3]));
    }
    return row;
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var checksum = new CRC32();
    checksum.update(name);
    checksum.update(content);
    file.writeBytes(bigEndian(content.length));
    file.writeBytes(name);
    file.writeBytes(content);
    file.writeBytes(bigEndian((int) checksum.getValue()));
  }

  private static byte[] bigEndian(int value) {
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }
}
