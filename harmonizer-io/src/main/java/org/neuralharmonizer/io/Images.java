package org.neuralharmonizer.io;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * JPEG and PNG pictures as tensors of 0…255.
 *
 * <p>Values are those the file stores, taken as sRGB: embedded colour profiles, gamma and EXIF
 * orientation are not applied, as in the preprocessing of the published networks.
 *
 * <ul>
 *   <li>Grey is read as stored, never through a grey colour space, and repeated over the three
 *       channels; 1, 2 and 4 bits are stretched to 0…255.
 *   <li>16 bits are divided by 257 and keep their fractions.
 *   <li>A palette is looked up. Alpha is dropped: what is stored under transparent pixels shows.
 *   <li>CMYK and YCCK become red = (255 − C)(255 − K) / 255, rounded, and so on; with an Adobe
 *       marker the stored values are inverted first, as Adobe's programs write them.
 * </ul>
 *
 * <p>Refused are files above {@link ReadLimits#pixels} (read from the header, before decoding),
 * files that are cut off or damaged, even where other programs show the part that is left, and all
 * other formats.
 */
public final class Images {
  private static final int RGB = 3;

  /** No picture within any sensible limit of pixels is longer. */
  private static final long LONGEST = 1L << 30;

  private Images() {}

  /**
   * A picture as red, green and blue, of shape [3, height, width].
   *
   * @throws MalformedFileException if the file is damaged, too large, or neither JPEG nor PNG
   * @throws IOException if the file cannot be read
   */
  public static Tensor read(Path file) throws IOException {
    return read(file, ReadLimits.standard());
  }

  /** As {@link #read(Path)}, within other limits. */
  public static Tensor read(Path file, ReadLimits limits) throws IOException {
    return decode(file.toString(), bytes(file), limits).rgb();
  }

  /**
   * A picture of one channel, such as an importance map, of shape [height, width]. A coloured one
   * is read if its channels are equal.
   *
   * @throws MalformedFileException if the picture has colours, or for any reason of {@link
   *     #read(Path)}
   * @throws IOException if the file cannot be read
   */
  public static Tensor readMap(Path file) throws IOException {
    return readMap(file, ReadLimits.standard());
  }

  /** As {@link #readMap(Path)}, within other limits. */
  public static Tensor readMap(Path file, ReadLimits limits) throws IOException {
    return decode(file.toString(), bytes(file), limits).map(file.toString());
  }

  /**
   * Writes a PNG of 8 bits, atomically: in colour from [3, height, width], in grey from [height,
   * width] or [1, height, width]. Values are rounded to the nearest whole number, halves upwards.
   *
   * @throws IllegalArgumentException if the name does not end in {@code .png}, the shape is another
   *     one, or a value is NaN or rounds to outside 0…255
   * @throws IOException if the file cannot be written; an earlier one is then untouched
   */
  public static void write(Path file, Tensor picture) throws IOException {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new IllegalArgumentException(
          "write \"" + file + "\": pictures are written as PNG — let the name end in .png");
    }
    BufferedImage image = image(file, picture);
    AtomicFiles.write(file, out -> writePng(image, out));
  }

  private static byte[] bytes(Path file) throws IOException {
    try (Source source = Source.open(file)) {
      if (source.length() > LONGEST) {
        throw MalformedFileException.of(
            source.name(), source.length() + " bytes", "pictures have at most " + LONGEST);
      }
      return source.stream().readAllBytes();
    }
  }

  private static Picture decode(String file, byte[] bytes, ReadLimits limits) throws IOException {
    if (JpegDecoder.begins(bytes)) {
      return JpegDecoder.decode(file, bytes, limits);
    }
    if (PngDecoder.begins(bytes)) {
      return PngDecoder.decode(file, bytes, limits);
    }
    throw MalformedFileException.of(
        file, "neither JPEG nor PNG by its first bytes", "convert it to one of them");
  }

  private static BufferedImage image(Path file, Tensor picture) {
    Shape shape = picture.shape();
    boolean map = shape.rank() == 2;
    int channels = map ? 1 : shape.rank() == RGB ? shape.extent(0) : 0;
    if ((channels != 1 && channels != RGB) || shape.size() == 0) {
      throw new IllegalArgumentException(
          "write \""
              + file
              + "\": shape "
              + shape
              + " — give [3, height, width], [1, height, width] or [height, width]");
    }
    int height = shape.extent(-2);
    int width = shape.extent(-1);
    BufferedImage image =
        new BufferedImage(
            width,
            height,
            channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    int[] row = new int[width];
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          row[x] = level(file, picture, (channel * height + y) * width + x);
        }
        image.getRaster().setSamples(0, y, width, 1, channel, row);
      }
    }
    return image;
  }

  private static int level(Path file, Tensor picture, int position) {
    float value = picture.value(position);
    int level = Math.round(value);
    if (Float.isNaN(value) || level < 0 || level > 255) {
      throw new IllegalArgumentException(
          "write \""
              + file
              + "\": the value "
              + value
              + " at position "
              + position
              + " — scale the picture to 0…255");
    }
    return level;
  }

  private static void writePng(BufferedImage image, OutputStream out) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(image);
    } finally {
      writer.dispose();
    }
  }
}
