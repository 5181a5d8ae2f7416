package org.neuralharmonizer.io;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** JPEG files written by the JDK, and what is done to their segments. */
final class JpegBytes {
  private JpegBytes() {}

  /** One colour: red 200, green 100, blue 50. */
  static byte[] colour(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, 0xc86432);
    }
    return write(new IIOImage(image, null, null));
  }

  static byte[] noise(int width, int height) throws IOException {
    Random random = new Random(31);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt(1 << 24));
    }
    return write(new IIOImage(image, null, null));
  }

  static byte[] grey(int width, int height, int level) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    int[] row = new int[width];
    Arrays.fill(row, level);
    for (int y = 0; y < height; y++) {
      image.getRaster().setSamples(0, y, width, 1, 0, row);
    }
    return write(new IIOImage(image, null, null));
  }

  /** 8 × 8 pixels of four components as they are stored; a transform below 0 omits the marker. */
  static byte[] cmyk(String[] stored, int transform) throws IOException {
    int[] pixel = Stream.of(stored).mapToInt(Integer::parseInt).toArray();
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null);
    for (int i = 0; i < 64; i++) {
      raster.setPixel(i % 8, i / 8, pixel);
    }
    byte[] plain = write(new IIOImage(raster, null, null));
    if (transform < 0) {
      return plain;
    }
    byte[] marker = {
      (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };
    marker[15] = (byte) transform;
    return inserted(plain, marker);
  }

  /** With a segment that calls itself a colour profile but holds none. */
  static byte[] withProfile(byte[] jpeg) {
    byte[] name = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
    byte[] segment = Arrays.copyOf(new byte[] {(byte) 0xff, (byte) 0xe2, 0, 114}, 116);
    System.arraycopy(name, 0, segment, 4, name.length);
    segment[16] = 1;
    segment[17] = 1;
    return inserted(jpeg, segment);
  }

  /** The same data under another size. */
  static byte[] resized(byte[] jpeg, int width, int height) {
    byte[] changed = jpeg.clone();
    for (int i = 0; i + 8 < changed.length; i++) {
      if (changed[i] == (byte) 0xff && changed[i + 1] == (byte) 0xc0) {
        changed[i + 5] = (byte) (height >> 8);
        changed[i + 6] = (byte) height;
        changed[i + 7] = (byte) (width >> 8);
        changed[i + 8] = (byte) width;
        return changed;
      }
    }
    throw new IllegalStateException("no baseline frame");
  }

  /** Behind the first marker, or behind JFIF's, which has to be the first segment. */
  private static byte[] inserted(byte[] jpeg, byte[] segment) {
    int at = jpeg[3] == (byte) 0xe0 ? 4 + (jpeg[4] << 8 | jpeg[5]) : 2;
    byte[] changed = new byte[jpeg.length + segment.length];
    System.arraycopy(jpeg, 0, changed, 0, at);
    System.arraycopy(segment, 0, changed, at, segment.length);
    System.arraycopy(jpeg, at, changed, at + segment.length, jpeg.length - at);
    return changed;
  }

  private static byte[] write(IIOImage image) throws IOException {
    ImageWriter writer = jdkWriter();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(1);
      writer.setOutput(stream);
      writer.write(null, image, param);
    }
    writer.dispose();
    return out.toByteArray();
  }

  private static ImageWriter jdkWriter() {
    ImageTypeSpecifier type =
        ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR);
    for (var writers = ImageIO.getImageWriters(type, "jpeg"); writers.hasNext(); ) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getModule() == ImageIO.class.getModule()) {
        return writer;
      }
    }
    throw new IllegalStateException("no writer of the JDK");
  }
}
