package org.neuralharmonizer.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** PNG files put together chunk by chunk. */
final class PngBytes {
  private static final byte[] SIGNATURE = HexFormat.of().parseHex("89504e470d0a1a0a");

  private PngBytes() {}

  /** Two pixels side by side; gamma and transparency are there to be ignored. */
  static byte[] twoPixels(int colour, int depth, String row) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(SIGNATURE);
    chunk(out, "IHDR", header(2, 1, depth, colour));
    chunk(out, "gAMA", ByteBuffer.allocate(4).putInt(100_000).array());
    if (colour == 3) {
      chunk(out, "PLTE", new byte[] {10, 20, 30, 40, 50, 60});
      chunk(out, "tRNS", new byte[] {0, 127});
    }
    chunk(out, "IDAT", deflated(HexFormat.of().parseHex("00" + row)));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  /** A black picture of 8 bits whose data unpack to that many bytes. */
  static byte[] grey(int width, int height, int unpacked) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(SIGNATURE);
    chunk(out, "IHDR", header(width, height, 8, 0));
    chunk(out, "IDAT", deflated(new byte[unpacked]));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  /** The same bytes with every checksum corrected, as far as the chunks can be followed. */
  static byte[] checked(byte[] bytes) {
    byte[] corrected = bytes.clone();
    ByteBuffer png = ByteBuffer.wrap(corrected);
    for (long at = 8; at + 12 <= corrected.length; ) {
      long length = png.getInt((int) at);
      if (length < 0 || at + 12 + length > corrected.length) {
        break;
      }
      CRC32 checksum = new CRC32();
      checksum.update(corrected, (int) at + 4, (int) length + 4);
      png.putInt((int) (at + 8 + length), (int) checksum.getValue());
      at += 12 + length;
    }
    return corrected;
  }

  private static byte[] header(int width, int height, int depth, int colour) {
    return ByteBuffer.allocate(13)
        .putInt(width)
        .putInt(height)
        .put((byte) depth)
        .put((byte) colour)
        .array();
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    }
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length);
    chunk.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
    CRC32 checksum = new CRC32();
    checksum.update(chunk.array(), 4, 4 + data.length);
    out.write(chunk.putInt((int) checksum.getValue()).array());
  }
}
