package org.neuralharmonizer.data;

import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The part of an image that is shown, in shares of its height and width, so that it means the same
 * area of an image and of a map of another size.
 *
 * @param top share of the height above the part
 * @param left share of the width left of it
 * @param height share of the height that is shown, above 0
 * @param width share of the width
 * @param mirrored whether left and right change places
 */
public record View(double top, double left, double height, double width, boolean mirrored) {
  /** The whole image as it is. */
  public static final View WHOLE = new View(0, 0, 1, 1, false);

  /** For shares whose sum was rounded. */
  private static final double ROUNDING = 1e-9;

  public View {
    boolean inside =
        top >= 0
            && left >= 0
            && height > 0
            && width > 0
            && top + height <= 1 + ROUNDING
            && left + width <= 1 + ROUNDING;
    if (!inside) {
      throw new IllegalArgumentException(
          "view: %s × %s of an image at (%s, %s) is not inside it — give shares from 0 to 1"
              .formatted(height, width, top, left));
    }
  }

  /** A rectangle of whole pixels of an image of that height and width. */
  static View ofPixels(Rectangle pixels, int height, int width) {
    return new View(
        (double) pixels.top() / height,
        (double) pixels.left() / width,
        (double) pixels.height() / height,
        (double) pixels.width() / width,
        false);
  }

  record Rectangle(int top, int left, int height, int width) {

    static Rectangle central(int height, int width, int imageHeight, int imageWidth) {
      return new Rectangle((imageHeight - height) / 2, (imageWidth - width) / 2, height, width);
    }
  }

  /** The same part, left and right exchanged once more. */
  public View mirroredOnceMore() {
    return new View(top, left, height, width, !mirrored);
  }

  /**
   * The part on a grid of its own: linear interpolation where it grows, a triangle as wide as two
   * of the new pixels where it shrinks, so that no pixel is passed over.
   *
   * @param planes … × H × W
   */
  public Tensor show(Tensor planes, int newHeight, int newWidth) {
    SeparableFilter.requirePlanes("view", planes);
    Shape shape = planes.shape();
    int rows = shape.extent(-2);
    int columns = shape.extent(-1);
    AxisTaps along = AxisTaps.triangle(columns, newWidth, left * columns, width * columns);
    return new SeparableFilter(
            AxisTaps.triangle(rows, newHeight, top * rows, height * rows),
            mirrored ? along.mirrored() : along)
        .apply(planes);
  }
}
