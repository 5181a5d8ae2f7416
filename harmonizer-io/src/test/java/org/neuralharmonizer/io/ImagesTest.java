package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class ImagesTest {
  @TempDir Path folder;

  @Test
  void greyJpegEqualsTheDecodedReference() throws IOException {
    Path reference = ReferenceData.folder("model-mnist-onnx");
    Tensor expected = Npy.read(reference.resolve("inputs_4x28x28_u8.npy"));
    List<String> names = List.of("0.jpg", "3.jpg", "5.jpg", "7.jpg");
    for (int i = 0; i < names.size(); i++) {
      Tensor digit = expected.slice(i).reshape(Shape.of(28, 28));
      assertThat(Images.readMap(reference.resolve(names.get(i)))).isEqualTo(digit);
      assertThat(Images.read(reference.resolve(names.get(i))))
          .isEqualTo(Tensor.stack(List.of(digit, digit, digit)));
    }
  }

  @Test
  void thePhotographsAreRead() throws IOException {
    Path reference = ReferenceData.folder("osie-gaze").resolve("stimuli");
    try (Stream<Path> files = Files.list(reference)) {
      List<Path> photographs = files.sorted().toList();
      assertThat(photographs).hasSize(14);
      for (Path photograph : photographs) {
        Tensor picture = Images.read(photograph);
        assertThat(picture.shape()).isEqualTo(Shape.of(3, 600, 800));
        for (float value : picture.toArray()) {
          assertThat(value >= 0 && value <= 255 && value == Math.rint(value)).isTrue();
        }
      }
      assertThatThrownBy(() -> Images.readMap(photographs.get(0)))
          .hasMessageContaining("a map has one channel, this picture has colour at x ");
    }
  }

  @Test
  void photographsEqualThePicturesOfTheGoldenFile() throws IOException {
    Path reference = ReferenceData.folder("model-mobilenet025-imagenet").resolve("golden");
    Tensor golden = Safetensors.read(reference.resolve("batch4.safetensors")).get("images_u8");
    Path stimuli = ReferenceData.folder("osie-gaze").resolve("stimuli");
    for (int i = 0; i < golden.shape().extent(0); i++) {
      float best = Float.MAX_VALUE;
      try (Stream<Path> files = Files.list(stimuli)) {
        for (Path photograph : files.toList()) {
          best = Math.min(best, largestDifference(Images.read(photograph), golden.slice(i)));
        }
      }
      // The golden pictures went through Pillow: the same bits are expected of the same decoder.
      assertThat(best).isZero();
    }
  }

  /** To the central 600 × 600 square after Pillow's box filter, rounded after either axis. */
  private static float largestDifference(Tensor photograph, Tensor square) {
    int size = square.shape().extent(0);
    float largest = 0;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int channel = 0; channel < 3; channel++) {
          float mean = box(photograph, channel, 600.0 / size, y, x);
          largest = Math.max(largest, Math.abs(mean - square.at(y, x, channel)));
        }
      }
      if (largest > 3) {
        return largest;
      }
    }
    return largest;
  }

  private static float box(Tensor photograph, int channel, double scale, int y, int x) {
    double rows = 0;
    int rowCount = 0;
    for (int row = (int) (y * scale); row < (y + 1) * scale; row++) {
      if (inBox(row, y, scale)) {
        double columns = 0;
        int count = 0;
        for (int column = (int) (x * scale); column < (x + 1) * scale; column++) {
          if (inBox(column, x, scale)) {
            columns += photograph.at(channel, row, 100 + column);
            count++;
          }
        }
        rows += Math.round(columns / count);
        rowCount++;
      }
    }
    return Math.round(rows / rowCount);
  }

  /** As Pillow computes it: where an edge meets a pixel's centre, the rounding decides. */
  private static boolean inBox(int pixel, int box, double scale) {
    double center = (box + 0.5) * scale;
    double distance = (pixel - center + 0.5) * (1 / scale);
    return pixel >= (int) (center - 0.5 * scale + 0.5)
        && pixel < (int) (center + 0.5 * scale + 0.5)
        && -0.5 < distance
        && distance <= 0.5;
  }

  @Test
  void pngSurvivesTheRoundTrip() throws IOException {
    Path file = folder.resolve("a.png");
    Tensor colour = Tensor.generate(Shape.of(3, 5, 7), i -> i * 37 % 256);
    Images.write(file, colour);
    assertThat(Images.read(file)).isEqualTo(colour);
    Tensor grey = Tensor.generate(Shape.of(16, 16), i -> i);
    Images.write(file, grey);
    assertThat(Images.readMap(file)).isEqualTo(grey);
    assertThat(Images.read(file)).isEqualTo(Tensor.stack(List.of(grey, grey, grey)));
    Images.write(file, grey.reshape(Shape.of(1, 16, 16)));
    assertThat(Images.readMap(file)).isEqualTo(grey);
    Images.write(file, Tensor.stack(List.of(grey, grey, grey)));
    assertThat(Images.readMap(file)).isEqualTo(grey);
    Images.write(file, Tensor.of(Shape.of(1, 4), -0.5f, 0.49f, 0.5f, 255.4f));
    assertThat(Images.readMap(file)).isEqualTo(Tensor.of(Shape.of(1, 4), 0, 0, 1, 255));
  }

  @Test
  void whatCannotBeWrittenIsExplained() {
    Path file = folder.resolve("a.png");
    Tensor small = Tensor.zeros(Shape.of(2, 2));
    assertThatThrownBy(() -> Images.write(folder.resolve("a.jpg"), small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("let the name end in .png");
    for (float value : new float[] {Float.NaN, -1, 255.5f, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Images.write(file, Tensor.of(Shape.of(1, 2), 0, value)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the value " + value + " at position 1 — scale the picture");
    }
    for (Shape shape :
        List.of(Shape.of(4), Shape.of(2, 4, 4), Shape.of(0, 3), Shape.of(1, 3, 4, 4))) {
      assertThatThrownBy(() -> Images.write(file, Tensor.zeros(shape)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("shape " + shape);
    }
    assertThat(file).doesNotExist();
  }

  /** Two pixels of every colour type and depth, built chunk by chunk. */
  @ParameterizedTest
  @CsvSource({
    // colour type, depth, the row's bytes, expected red, green, blue of both pixels
    "0, 1, 40, 0 255, 0 255, 0 255",
    "0, 2, 60, 85 170, 85 170, 85 170",
    "0, 4, 1e, 17 238, 17 238, 17 238",
    "0, 8, 40c8, 64 200, 64 200, 64 200",
    "0, 16, 01010200, 1 1.9922179, 1 1.9922179, 1 1.9922179",
    "2, 8, 010203f0f1f2, 1 240, 2 241, 3 242",
    "2, 16, 010102020303ffff00000101, 1 255, 2 0, 3 1",
    "3, 1, 40, 10 40, 20 50, 30 60",
    "3, 8, 0100, 40 10, 50 20, 60 30",
    "4, 8, 40008080, 64 128, 64 128, 64 128",
    "4, 16, 010100000202ffff, 1 2, 1 2, 1 2",
    "6, 8, 010203000a0b0cff, 1 10, 2 11, 3 12",
    "6, 16, 01010202030300000101020203038000, 1 1, 2 2, 3 3"
  })
  void everyColourTypeAndDepthOfPng(
      int colour, int depth, String row, String red, String green, String blue) throws IOException {
    Path file = folder.resolve("a.png");
    Files.write(file, PngBytes.twoPixels(colour, depth, row));
    float[] expected = new float[6];
    int i = 0;
    for (String value : String.join(" ", red, green, blue).split(" ", -1)) {
      expected[i++] = Float.parseFloat(value);
    }
    assertThat(Images.read(file)).isEqualTo(Tensor.of(Shape.of(3, 1, 2), expected));
  }

  @Test
  void otherFormatsAndSizesAreRefused() throws IOException {
    Path file = folder.resolve("a.png");
    Files.write(file, "GIF89a".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Images.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "read \"%s\": neither JPEG nor PNG by its first bytes — convert it to one of them",
            file);
    Images.write(file, Tensor.zeros(Shape.of(3, 4, 5)));
    assertThatThrownBy(() -> Images.read(file, ReadLimits.standard().withPixels(19)))
        .hasMessageContaining("5 × 4 pixels — the limit is 19");
    Files.write(file, JpegBytes.colour(20, 10));
    assertThatThrownBy(() -> Images.read(file, ReadLimits.standard().withPixels(199)))
        .hasMessageContaining("20 × 10 pixels — the limit is 199");
  }

  @Test
  void jpegKeepsColoursWithinItsQuantization() throws IOException {
    Path file = folder.resolve("a.jpg");
    Files.write(file, JpegBytes.colour(16, 8));
    Tensor picture = Images.read(file);
    assertThat(picture.shape()).isEqualTo(Shape.of(3, 8, 16));
    // A flat colour at the highest quality: rounding of luma and two differences, at most 2.
    assertThat(picture.at(0, 4, 8)).isCloseTo(200, within(2f));
    assertThat(picture.at(1, 4, 8)).isCloseTo(100, within(2f));
    assertThat(picture.at(2, 4, 8)).isCloseTo(50, within(2f));
  }

  @Test
  void aColourProfileChangesNothing() throws IOException {
    Path plain = Files.write(folder.resolve("a.jpg"), JpegBytes.grey(16, 8, 100));
    Path profiled = folder.resolve("b.jpg");
    Files.write(profiled, JpegBytes.withProfile(Files.readAllBytes(plain)));
    assertThat(Images.read(profiled)).isEqualTo(Images.read(plain));
    assertThat(Images.readMap(plain).at(4, 4)).isCloseTo(100, within(1f));
  }

  @ParameterizedTest
  @CsvSource({
    // stored components, Adobe's transform (-1: no marker), expected red, green, blue
    "0 128 255 51, -1, 204 102 0",
    "255 127 0 204, 0, 204 102 0",
    "100 128 128 255, 2, 155 155 155",
    "100 128 228 128, 2, 8 113 78"
  })
  void cmykBecomesColour(String stored, int transform, String expected) throws IOException {
    Path file = folder.resolve("a.jpg");
    Files.write(file, JpegBytes.cmyk(stored.split(" ", -1), transform));
    Tensor picture = Images.read(file);
    String[] values = expected.split(" ", -1);
    for (int channel = 0; channel < 3; channel++) {
      // As above, once more through the product with black.
      assertThat(picture.at(channel, 4, 4))
          .isCloseTo(Float.parseFloat(values[channel]), within(2f));
    }
  }

  @Test
  void cutJpegsAreRefusedNotPaddedWithGrey() throws IOException {
    Path file = folder.resolve("a.jpg");
    byte[] valid = JpegBytes.noise(64, 48);
    for (int length = 0; length < valid.length - 2; length += 1 + length / 50) {
      Files.write(file, Arrays.copyOf(valid, length));
      assertThatThrownBy(() -> Images.read(file)).isInstanceOf(MalformedFileException.class);
    }
    Files.write(file, valid);
    assertThat(Images.read(file).shape()).isEqualTo(Shape.of(3, 48, 64));
  }

  @Test
  void cutPngsAreRefusedEvenWithRightChecksums() throws IOException {
    Path file = folder.resolve("a.png");
    for (int missing : new int[] {1, 10, 100}) {
      Files.write(file, PngBytes.grey(20, 20, 20 * 21 - missing));
      assertThatThrownBy(() -> Images.readMap(file))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("a damaged PNG");
    }
    Files.write(file, PngBytes.grey(20, 20, 20 * 21));
    assertThat(Images.readMap(file).shape()).isEqualTo(Shape.of(20, 20));
  }

  @Test
  void lyingSizesCostNothing() throws IOException {
    Path file = folder.resolve("a.png");
    Hostile png = new Hostile(file, Images::read, 1 << 20);
    png.attempt(PngBytes.grey(8000, 8000, 100), "8000 × 8000 in nothing");
    png.attempt(PngBytes.grey(65_535, 65_535, 100), "65535 × 65535");
    png.attempt(PngBytes.grey(Integer.MAX_VALUE, Integer.MAX_VALUE, 100), "2^31 - 1 squared");
    png.attempt(PngBytes.grey(0, 5, 100), "no width");
    assertThat(png.refused()).isEqualTo(4);
    Hostile jpeg = new Hostile(file, Images::read, 1 << 20);
    jpeg.attempt(JpegBytes.resized(JpegBytes.colour(16, 8), 8000, 8000), "8000 × 8000");
    jpeg.attempt(JpegBytes.resized(JpegBytes.colour(16, 8), 65_535, 65_535), "65535 × 65535");
    jpeg.attempt(JpegBytes.resized(JpegBytes.colour(16, 8), 16, 0), "no height");
    assertThat(jpeg.refused()).isEqualTo(3);
  }

  @Test
  void damagedPngsAreSurvived() throws IOException {
    Path file = folder.resolve("a.png");
    Images.write(file, Tensor.generate(Shape.of(3, 20, 30), i -> i * 31 % 256));
    byte[] valid = Files.readAllBytes(file);
    new Hostile(file, Images::read, 16 << 20).cut(valid).flip(valid, 500, 21);
    for (int colour : new int[] {0, 2, 3, 4, 6}) {
      byte[] small = PngBytes.twoPixels(colour, 8, "0100000101010101");
      new Hostile(file, Images::read, 64 << 20).repairing(PngBytes::checked).flip(small, 500, 22);
    }
    new Hostile(file, Images::read, 64 << 20).repairing(PngBytes::checked).flip(valid, 1000, 23);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void damagedJpegsAreSurvived(int components) throws IOException {
    Path file = folder.resolve("a.jpg");
    byte[] valid =
        switch (components) {
          case 1 -> JpegBytes.grey(40, 30, 90);
          case 3 -> JpegBytes.noise(40, 30);
          default -> JpegBytes.cmyk(new String[] {"1", "2", "3", "4"}, 2);
        };
    new Hostile(file, Images::read, 64 << 20).cut(valid).flip(valid, 1500, 24);
  }
}
