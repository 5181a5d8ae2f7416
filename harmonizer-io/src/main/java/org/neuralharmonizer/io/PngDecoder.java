package org.neuralharmonizer.io;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * PNG through the JDK's reader, which is given the critical chunks alone: the others could only
 * change values (gamma, profiles, transparency) or cost memory (compressed text). Their checksums,
 * which that reader ignores, are verified first.
 */
final class PngDecoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504c5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;

  /** Length, type and checksum. */
  private static final int FRAME = 12;

  private static final int HEADER = 13;
  private static final int ANCILLARY = 1 << 29;
  private static final float SIXTEEN_TO_EIGHT = 257;

  private PngDecoder() {}

  static boolean begins(byte[] bytes) {
    return bytes.length >= SIGNATURE.length
        && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  static Picture decode(String file, byte[] bytes, ReadLimits limits) throws IOException {
    byte[] critical = critical(file, bytes, limits);
    ImageReader reader = jdkReader();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(critical))) {
      reader.setInput(in, true, true);
      return picture(reader.read(0));
    } catch (IOException | RuntimeException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw MalformedFileException.of(
          file,
          "a damaged PNG (" + MalformedFileException.quote(reason) + ")",
          "copy it again or save it anew",
          e);
    } finally {
      reader.dispose();
    }
  }

  /** The signature and the critical chunks, whole and in order. */
  private static byte[] critical(String file, byte[] bytes, ReadLimits limits)
      throws MalformedFileException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
    kept.write(bytes, 0, SIGNATURE.length);
    ByteBuffer in = ByteBuffer.wrap(bytes).position(SIGNATURE.length);
    for (int type = 0; type != IEND; ) {
      int start = in.position();
      int length = in.remaining() < FRAME ? -1 : in.getInt();
      if (length < 0 || length > in.remaining() - (FRAME - Integer.BYTES)) {
        throw wrong(file, "it is cut off at byte " + start);
      }
      type = in.getInt();
      CRC32 checksum = new CRC32();
      checksum.update(bytes, start + Integer.BYTES, Integer.BYTES + length);
      if (in.getInt(in.position() + length) != (int) checksum.getValue()) {
        throw wrong(file, "its chunk at byte " + start + " does not match its checksum");
      }
      if ((type == IHDR) != (start == SIGNATURE.length)) {
        throw wrong(file, "its header chunk is out of place");
      }
      if (type == IHDR) {
        checkHeader(file, in.slice().limit(length), bytes.length, limits);
      }
      if (type == IHDR || type == PLTE || type == IDAT || type == IEND) {
        kept.write(bytes, start, FRAME + length);
      } else if ((type & ANCILLARY) == 0) {
        throw wrong(file, "it has a critical chunk of unknown type");
      }
      in.position(start + FRAME + length);
    }
    return kept.toByteArray();
  }

  private static void checkHeader(String file, ByteBuffer header, long bytes, ReadLimits limits)
      throws MalformedFileException {
    if (header.remaining() != HEADER) {
      throw wrong(file, "its header has " + header.remaining() + " bytes instead of " + HEADER);
    }
    long width = header.getInt() & 0xffffffffL;
    long height = header.getInt() & 0xffffffffL;
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw wrong(file, "it declares " + width + " × " + height + " pixels");
    }
    int depth = header.get();
    int colour = header.get();
    int samples = colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1;
    double raw = (double) width * height * samples * depth / Byte.SIZE;
    Picture.check(file, width, height, raw / Npz.DEFLATE_RATIO, bytes, limits);
  }

  /** Not whichever plug-in the application happens to have registered first. */
  private static ImageReader jdkReader() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getModule() == ImageIO.class.getModule()) {
        return reader;
      }
      reader.dispose();
    }
    throw new IllegalStateException(
        "read a PNG: the reader of the JDK is not registered with ImageIO — do not deregister it");
  }

  private static Picture picture(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int area = width * height;
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return new Picture(width, height, lookedUp(image.getRaster(), palette));
    }
    Raster raster = image.getRaster();
    boolean wide = raster.getSampleModel().getSampleSize(0) == Short.SIZE;
    int channels = raster.getNumBands() < 3 ? 1 : 3;
    float[] planes = new float[channels * area];
    int[] row = new int[width];
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < height; y++) {
        raster.getSamples(0, y, width, 1, channel, row);
        for (int x = 0; x < width; x++) {
          planes[channel * area + y * width + x] = wide ? row[x] / SIXTEEN_TO_EIGHT : row[x];
        }
      }
    }
    return new Picture(width, height, planes);
  }

  /** Grey of 1, 2 and 4 bits comes with a palette too. */
  private static float[] lookedUp(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    int area = width * raster.getHeight();
    float[] planes = new float[3 * area];
    int[] row = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        planes[i] = palette.getRed(row[x]);
        planes[area + i] = palette.getGreen(row[x]);
        planes[2 * area + i] = palette.getBlue(row[x]);
      }
    }
    return planes;
  }

  private static MalformedFileException wrong(String file, String wrong) {
    return MalformedFileException.of(
        file, "a damaged PNG: " + wrong, "copy it again or save it anew");
  }
}
