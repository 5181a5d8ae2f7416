package org.neuralharmonizer.io;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * JPEG through TwelveMonkeys' reader, which is given only what decides on the stored values (see
 * {@link JpegSegments}). The decoder goes on after damage with a warning and fills the rest with
 * grey; here a warning is an error.
 */
final class JpegDecoder {
  private static final int CMYK = 4;

  private JpegDecoder() {}

  static boolean begins(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xff
        && bytes[1] == (byte) 0xd8
        && bytes[2] == (byte) 0xff;
  }

  static Picture decode(String file, byte[] bytes, ReadLimits limits) throws IOException {
    JpegSegments segments = JpegSegments.parse(file, bytes, limits);
    List<String> warnings = new ArrayList<>();
    Picture picture;
    ImageReader reader = provider().createReaderInstance(null);
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(segments.kept()))) {
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      picture =
          segments.components() == CMYK
              ? fromCmyk(reader.readRaster(0, null), segments)
              : fromImage(reader.read(0).getRaster());
    } catch (IOException | RuntimeException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw damaged(file, reason, e);
    } finally {
      reader.dispose();
    }
    for (String warning : warnings) {
      // Padding between segments, which some cameras write, loses nothing.
      if (!warning.contains("extraneous bytes before marker")) {
        throw damaged(file, warning, null);
      }
    }
    return picture;
  }

  /** By class, not whichever plug-in the application happens to have registered first. */
  private static ImageReaderSpi provider() {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    ImageReaderSpi provider = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
    if (provider == null) {
      // The registry was filled under a class loader that does not see this module's libraries.
      registry.registerServiceProvider(new JPEGImageReaderSpi(), ImageReaderSpi.class);
      provider = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
    }
    return provider;
  }

  private static MalformedFileException damaged(
      String file, String reason, @Nullable Throwable cause) {
    String wrong = "a damaged JPEG (" + MalformedFileException.quote(reason) + ")";
    String remedy = "copy it again or save it anew";
    return cause == null
        ? MalformedFileException.of(file, wrong, remedy)
        : MalformedFileException.of(file, wrong, remedy, cause);
  }

  private static Picture fromImage(Raster raster) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int area = width * height;
    int channels = raster.getNumBands() < 3 ? 1 : 3;
    float[] planes = new float[channels * area];
    int[] row = new int[width];
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < height; y++) {
        raster.getSamples(0, y, width, 1, channel, row);
        for (int x = 0; x < width; x++) {
          planes[channel * area + y * width + x] = row[x];
        }
      }
    }
    return new Picture(width, height, planes);
  }

  /** From the raw raster: a colour profile found on this machine must not decide on the values. */
  private static Picture fromCmyk(Raster raster, JpegSegments segments) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int area = width * height;
    float[] planes = new float[3 * area];
    int[] row = new int[CMYK * width];
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int[] paper = paper(row, CMYK * x, segments);
        for (int channel = 0; channel < 3; channel++) {
          planes[channel * area + y * width + x] = Math.round(paper[channel] * paper[3] / 255f);
        }
      }
    }
    return new Picture(width, height, planes);
  }

  /** How much each ink leaves of the paper's white, 0…255: cyan, magenta, yellow, black. */
  private static int[] paper(int[] row, int at, JpegSegments segments) {
    int[] stored = {row[at], row[at + 1], row[at + 2], row[at + 3]};
    if (segments.ycck()) {
      double luma = stored[0];
      double blue = stored[1] - 128;
      double red = stored[2] - 128;
      // JFIF 1.02: luma and two differences of colour; the stored ink is what red, green, blue
      // lack.
      stored[0] = 255 - clamp(luma + 1.402 * red);
      stored[1] = 255 - clamp(luma - 0.344136286 * blue - 0.714136286 * red);
      stored[2] = 255 - clamp(luma + 1.772 * blue);
    }
    if (!segments.inverted()) {
      for (int i = 0; i < CMYK; i++) {
        stored[i] = 255 - stored[i];
      }
    }
    return stored;
  }

  private static int clamp(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
