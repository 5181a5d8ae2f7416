package org.neuralharmonizer.study.report;

import java.util.Base64;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A picture made of tensors, kept as a PNG of one pixel per element; the page enlarges it without
 * smoothing. Values that are NaN are shown as 0.
 */
public final class Picture {
  /** Least and greatest share of the map in an overlay, at the lowest and the highest value. */
  private static final double FAINTEST = 0.1;

  private static final double STRONGEST = 0.85;

  private final byte[] png;
  private final String alternative;

  private Picture(byte[] png, String alternative) {
    this.png = png;
    this.alternative = alternative;
  }

  /**
   * A colour picture.
   *
   * @param image 3 × H × W, red, green, blue; cut to 0…1
   * @param alternative what it shows, for those who do not see it
   */
  public static Picture image(Tensor image, String alternative) {
    requireImage(image);
    return rendered(
        image.shape().inner(), alternative, (pixel, channel) -> rgb(image, pixel, channel));
  }

  /**
   * A map in false colours, stretched from its lowest to its highest finite value; a constant map
   * is shown as its lowest colour.
   *
   * @param map H × W
   */
  public static Picture heatMap(Tensor map, ColourMap colours, String alternative) {
    requireMap(map);
    var range = Range.of(map);
    return rendered(
        map.shape(),
        alternative,
        (pixel, channel) -> colours.channel(range.position(map.value(pixel)), channel));
  }

  /**
   * A map in false colours over the grey picture it belongs to, the more opaque the higher; both as
   * in {@link #heatMap} and {@link #image}.
   */
  public static Picture overlay(Tensor image, Tensor map, ColourMap colours, String alternative) {
    requireImage(image);
    requireMap(map);
    if (!image.shape().inner().equals(map.shape())) {
      throw new ShapeException(
          "overlay: map "
              + map.shape()
              + " over image "
              + image.shape()
              + " — resize one to the height and width of the other");
    }
    var range = Range.of(map);
    return rendered(
        map.shape(),
        alternative,
        (pixel, channel) -> {
          double position = range.position(map.value(pixel));
          double share = FAINTEST + (STRONGEST - FAINTEST) * position;
          return (1 - share) * grey(image, pixel) + share * colours.channel(position, channel);
        });
  }

  /** The picture as the bytes of a PNG file. */
  public byte[] png() {
    return png.clone();
  }

  /** Markup of the image element with its data. */
  String html() {
    return "<img src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(png)
        + "\" alt=\""
        + Html.text(alternative)
        + "\">";
  }

  @FunctionalInterface
  private interface Renderer {
    double value(int pixel, int channel);
  }

  private static Picture rendered(Shape shape, String alternative, Renderer renderer) {
    int height = shape.extent(-2);
    int width = shape.extent(-1);
    byte[] rgb = new byte[3 * height * width];
    for (int i = 0; i < rgb.length; i++) {
      double value = renderer.value(i / 3, i % 3);
      rgb[i] = (byte) Math.round(255 * (value > 0 ? Math.min(value, 1) : 0));
    }
    return new Picture(Png.encode(rgb, height, width), alternative);
  }

  private static double rgb(Tensor image, int pixel, int channel) {
    return image.value(channel * (image.size() / 3) + pixel);
  }

  /** Luma by ITU-R BT.601. */
  private static double grey(Tensor image, int pixel) {
    return 0.299 * rgb(image, pixel, 0)
        + 0.587 * rgb(image, pixel, 1)
        + 0.114 * rgb(image, pixel, 2);
  }

  private static void requireImage(Tensor image) {
    if (image.shape().rank() != 3 || image.shape().extent(0) != 3 || image.size() == 0) {
      throw new ShapeException(
          "picture: image is " + image.shape() + " — give 3 × height × width, not empty");
    }
  }

  private static void requireMap(Tensor map) {
    if (map.shape().rank() != 2 || map.size() == 0) {
      throw new ShapeException(
          "picture: map is " + map.shape() + " — give height × width, not empty");
    }
  }

  private record Range(double low, double high) {
    static Range of(Tensor map) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < map.size(); i++) {
        double value = map.value(i);
        if (Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      return new Range(low, high);
    }

    double position(double value) {
      return high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : 0;
    }
  }
}
