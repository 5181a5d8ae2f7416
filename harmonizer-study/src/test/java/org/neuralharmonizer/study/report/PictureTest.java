package org.neuralharmonizer.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

class PictureTest {
  private static final Pattern DATA = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"");

  @Test
  void imagesKeepTheirPixels() throws IOException {
    Tensor image = Tensor.generate(Shape.of(3, 5, 7), i -> i / 104.0);
    BufferedImage decoded = decoded(Picture.image(image, "ramp"));
    assertThat(decoded.getWidth()).isEqualTo(7);
    assertThat(decoded.getHeight()).isEqualTo(5);
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 7; x++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = rgb << 8 | Math.round(255 * image.at(channel, y, x));
        }
        assertThat(decoded.getRGB(x, y) & 0xFFFFFF).isEqualTo(rgb);
      }
    }
  }

  @Test
  void valuesOutsideTheRangeAreCutAndNanIsBlack() throws IOException {
    Tensor image = Tensor.of(Shape.of(3, 1, 1), 2f, -1f, Float.NaN);
    assertThat(decoded(Picture.image(image, "")).getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFF0000);
  }

  @Test
  void heatMapsStretchFromLowestToHighest() throws IOException {
    Tensor map = Tensor.of(Shape.of(1, 4), -3f, 5f, Float.NaN, Float.POSITIVE_INFINITY);
    BufferedImage decoded = decoded(Picture.heatMap(map, ColourMap.VIRIDIS, ""));
    assertThat(decoded.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x440154);
    assertThat(decoded.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0xfde725);
    assertThat(decoded.getRGB(2, 0) & 0xFFFFFF).isEqualTo(0x440154);
    assertThat(decoded.getRGB(3, 0) & 0xFFFFFF).isEqualTo(0xfde725);
  }

  @Test
  void aConstantMapIsItsLowestColour() throws IOException {
    Tensor map = Tensor.filled(Shape.of(2, 2), 7);
    assertThat(decoded(Picture.heatMap(map, ColourMap.INFERNO, "")).getRGB(1, 1) & 0xFFFFFF)
        .isEqualTo(0x000004);
  }

  @ParameterizedTest
  @EnumSource
  void colourMapsGrowLighterThroughout(ColourMap colours) {
    double before = -1;
    for (int i = 0; i <= 64; i++) {
      double luma =
          0.2126 * colours.channel(i / 64.0, 0)
              + 0.7152 * colours.channel(i / 64.0, 1)
              + 0.0722 * colours.channel(i / 64.0, 2);
      assertThat(luma).isGreaterThan(before);
      before = luma;
    }
  }

  @Test
  void overlaysKeepTheImageWhereTheMapIsLow() throws IOException {
    Tensor white = Tensor.filled(Shape.of(3, 1, 2), 1);
    Tensor map = Tensor.of(Shape.of(1, 2), 0f, 1f);
    BufferedImage decoded = decoded(Picture.overlay(white, map, ColourMap.INFERNO, ""));
    assertThat(decoded.getRGB(0, 0) & 0xFF).isGreaterThan(200);
    assertThat(decoded.getRGB(1, 0) & 0xFF).isLessThan(200);
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    Tensor image = Tensor.zeros(Shape.of(3, 4, 4));
    Tensor map = Tensor.zeros(Shape.of(4, 5));
    assertThatThrownBy(() -> Picture.overlay(image, map, ColourMap.VIRIDIS, ""))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "overlay: map [4, 5] over image [3, 4, 4]"
                + " — resize one to the height and width of the other");
    assertThatThrownBy(() -> Picture.image(map, ""))
        .hasMessage("picture: image is [4, 5] — give 3 × height × width, not empty");
    assertThatThrownBy(() -> Picture.heatMap(image, ColourMap.VIRIDIS, ""))
        .hasMessage("picture: map is [3, 4, 4] — give height × width, not empty");
  }

  private static BufferedImage decoded(Picture picture) throws IOException {
    Matcher matcher = DATA.matcher(picture.html());
    assertThat(matcher.find()).isTrue();
    byte[] png = Base64.getDecoder().decode(matcher.group(1));
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
