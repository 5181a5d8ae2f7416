package org.neuralharmonizer.psychophysics;

import java.util.Arrays;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Pixels in the order in which they are revealed, so that levels are nested. If it was grown, those
 * that come first form a connected region, however many they are.
 */
public final class Region {
  private final int height;
  private final int width;
  private final int[] order;

  Region(int height, int width, int[] order) {
    this.height = height;
    this.width = width;
    this.order = order;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** How many pixels are in order. */
  public int size() {
    return order.length;
  }

  /** The pixel revealed after so many others, as row · width + column. */
  public int pixel(int place) {
    return order[place];
  }

  /**
   * Whether each pixel is among the first ones, row by row.
   *
   * @throws IllegalArgumentException if the region has not that many pixels
   */
  public boolean[] mask(int pixels) {
    boolean[] mask = new boolean[height * width];
    for (int pixel : first(pixels)) {
      mask[pixel] = true;
    }
    return mask;
  }

  /**
   * By how many rows and columns the first pixels move so that their centroid comes to the middle
   * of the image, or as near to it as they fit in whole.
   */
  public Shift centring(int pixels) {
    int[] shown = first(pixels);
    long rows = 0;
    long columns = 0;
    for (int pixel : shown) {
      rows += pixel / width;
      columns += pixel % width;
    }
    int down = (int) Math.round((height - 1) / 2.0 - (double) rows / shown.length);
    int across = (int) Math.round((width - 1) / 2.0 - (double) columns / shown.length);
    Box box = around(shown);
    return new Shift(
        Math.max(-box.top(), Math.min(height - box.top() - box.height(), down)),
        Math.max(-box.left(), Math.min(width - box.left() - box.width(), across)));
  }

  /** The smallest box around the first pixels, where {@link #centring} moves them. */
  public Box box(int pixels) {
    Box box = around(first(pixels));
    Shift shift = centring(pixels);
    return new Box(
        box.top() + shift.rows(), box.left() + shift.columns(), box.height(), box.width());
  }

  private Box around(int[] shown) {
    int top = height;
    int bottom = 0;
    int left = width;
    int right = 0;
    for (int pixel : shown) {
      top = Math.min(top, pixel / width);
      bottom = Math.max(bottom, pixel / width + 1);
      left = Math.min(left, pixel % width);
      right = Math.max(right, pixel % width + 1);
    }
    return new Box(top, left, bottom - top, right - left);
  }

  /**
   * A stimulus: the first pixels of an image, moved by {@link #centring}, on a background.
   *
   * @param image C × H × W, of the region's size
   * @param background of the image's shape
   * @throws ShapeException if image or background has another shape
   */
  public Tensor revealed(int pixels, Tensor image, Tensor background) {
    Shape shape = image.shape();
    if (shape.rank() != 3 || !shape.inner().equals(Shape.of(height, width))) {
      throw new ShapeException(
          "stimulus: the image is %s for a region in %d × %d — it must be C × H × W"
              .formatted(shape, height, width));
    }
    if (!background.shape().equals(shape)) {
      throw new ShapeException(
          "stimulus: the background is %s for an image of %s — they must be equal"
              .formatted(background.shape(), shape));
    }
    Shift shift = centring(pixels);
    float[] values = background.toArray();
    for (int pixel : first(pixels)) {
      int to = pixel + shift.rows() * width + shift.columns();
      for (int channel = 0; channel < shape.extent(0); channel++) {
        int start = channel * height * width;
        values[start + to] = image.value(start + pixel);
      }
    }
    return Tensor.of(shape, values);
  }

  /** In pixels, from the top left corner of the image. */
  public record Box(int top, int left, int height, int width) {}

  /** Rows downwards and columns to the right. */
  public record Shift(int rows, int columns) {}

  private int[] first(int pixels) {
    if (pixels < 1 || pixels > order.length) {
      throw new IllegalArgumentException(
          "region: %d pixels are to be shown, it has %d — grow it further, or show at least 1"
              .formatted(pixels, order.length));
    }
    return Arrays.copyOf(order, pixels);
  }
}
