package org.neuralharmonizer.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The segments before a JPEG's first scan (ITU-T T.81, annex B): the frame's size, how its colours
 * are stored, and the file without comments and application data (profiles, EXIF, thumbnails),
 * except JFIF's and Adobe's markers, which say how to read the components.
 */
record JpegSegments(byte[] kept, int components, boolean inverted, boolean ycck) {
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;
  private static final int LOSSLESS = 0xc3;
  private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
  private static final int ADOBE_LENGTH = 12;

  /** Pixels of one block of the discrete cosine transform; each takes at least one bit. */
  private static final double BLOCK = 64;

  static JpegSegments parse(String file, byte[] bytes, ReadLimits limits)
      throws MalformedFileException {
    return new Scanner(file, bytes, limits).scan();
  }

  private static final class Scanner {
    private final String file;
    private final byte[] bytes;
    private final ReadLimits limits;
    private final ByteArrayOutputStream kept;
    private int position = 2;
    private int components;
    private int transform = -1;

    Scanner(String file, byte[] bytes, ReadLimits limits) {
      this.file = file;
      this.bytes = bytes;
      this.limits = limits;
      this.kept = new ByteArrayOutputStream(bytes.length);
    }

    JpegSegments scan() throws MalformedFileException {
      kept.write(bytes, 0, position);
      int marker = 0;
      while (marker != SOS) {
        marker = marker();
        int start = position;
        int length = unsigned(start, 2);
        if (length < 2 || start + length > bytes.length) {
          throw wrong("it is cut off at byte " + start);
        }
        if (isFrame(marker)) {
          frame(marker, start + 2, length - 2);
        } else if (marker == APP14
            && startsWith(ADOBE, start + 2, length - 2)
            && length - 2 >= ADOBE_LENGTH) {
          transform = unsigned(start + 2 + ADOBE_LENGTH - 1, 1);
        }
        if (keeps(marker, start + 2, length - 2)) {
          kept.write(0xff);
          kept.write(marker);
          kept.write(bytes, start, length);
        }
        position = start + length;
      }
      if (components == 0) {
        throw wrong("it has no frame header before its first scan");
      }
      kept.write(bytes, position, bytes.length - position);
      boolean adobe = transform >= 0;
      // As libjpeg guesses: with Adobe's marker anything but 0 means YCCK.
      return new JpegSegments(
          kept.toByteArray(), components, adobe, components == 4 && adobe && transform != 0);
    }

    /** The next marker; any number of fill bytes may precede it. */
    private int marker() throws MalformedFileException {
      if (unsigned(position, 1) != 0xff) {
        throw wrong("there is no marker at byte " + position);
      }
      int marker = 0xff;
      while (marker == 0xff) {
        marker = unsigned(++position, 1);
      }
      position++;
      if (marker < 0xc0 || (marker >= 0xd0 && marker <= EOI)) {
        throw wrong("there is no segment at byte " + position);
      }
      return marker;
    }

    private void frame(int marker, int start, int length) throws MalformedFileException {
      if (components != 0 || length < 6) {
        throw wrong("it has a second or a short frame header");
      }
      int height = unsigned(start + 1, 2);
      int width = unsigned(start + 3, 2);
      components = unsigned(start + 5, 1);
      if (components != 1 && components != 3 && components != 4) {
        throw wrong("it has " + components + " components");
      }
      double leastBits = (double) width * height / (marker == LOSSLESS ? 1 : BLOCK);
      Picture.check(file, width, height, leastBits / Byte.SIZE, bytes.length, limits);
    }

    private boolean keeps(int marker, int start, int length) {
      if (marker == APP0) {
        return startsWith(JFIF, start, length);
      }
      if (marker == APP14) {
        return startsWith(ADOBE, start, length) && length >= ADOBE_LENGTH;
      }
      return marker != COM && (marker < APP0 || marker > APP15);
    }

    private boolean startsWith(byte[] name, int start, int length) {
      return length >= name.length
          && Arrays.equals(bytes, start, start + name.length, name, 0, name.length);
    }

    private int unsigned(int start, int count) throws MalformedFileException {
      if (start + count > bytes.length) {
        throw wrong("it is cut off at byte " + bytes.length);
      }
      int value = bytes[start] & 0xff;
      return count == 1 ? value : (value << 8) | (bytes[start + 1] & 0xff);
    }

    /** SOF0 to SOF15, among which DHT, JPG and DAC have their codes. */
    private static boolean isFrame(int marker) {
      return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private MalformedFileException wrong(String wrong) {
      return MalformedFileException.of(
          file, "a damaged JPEG: " + wrong, "copy it again or save it anew");
    }
  }
}
