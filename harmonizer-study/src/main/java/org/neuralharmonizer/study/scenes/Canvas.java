package org.neuralharmonizer.study.scenes;

import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Three planes of colour, and one mask of visible coverage per layer: what a later shape hides is
 * taken from the masks of all layers below. Owned by one thread.
 */
final class Canvas {
  /** A layer without a mask. */
  static final int BACKGROUND = -1;

  private static final double OUTLINE_STRENGTH = 0.8;

  private final int size;
  private final float[] colours;
  private final float[][] masks;

  Canvas(int size, int layers) {
    this.size = size;
    this.colours = new float[3 * size * size];
    this.masks = new float[layers][size * size];
  }

  int size() {
    return size;
  }

  /** Sets one pixel of the background. */
  void set(int pixel, Colour colour) {
    int plane = size * size;
    colours[pixel] = (float) colour.red();
    colours[plane + pixel] = (float) colour.green();
    colours[2 * plane + pixel] = (float) colour.blue();
  }

  /** The colour of one pixel. */
  Colour get(int pixel) {
    int plane = size * size;
    return new Colour(colours[pixel], colours[plane + pixel], colours[2 * plane + pixel]);
  }

  /**
   * Paints a region that lies within {@code reach} local units of the frame's origin.
   *
   * @param outline width of the dark line along the inside of the edge, in pixels
   */
  void paint(int layer, Frame frame, Region region, double reach, Paint paint, double outline) {
    double extent = reach * frame.scale() + 2;
    int top = Math.max(0, (int) Math.floor(frame.y() - extent));
    int bottom = Math.min(size - 1, (int) Math.ceil(frame.y() + extent));
    int left = Math.max(0, (int) Math.floor(frame.x() - extent));
    int right = Math.min(size - 1, (int) Math.ceil(frame.x() + extent));
    for (int i = top; i <= bottom; i++) {
      for (int j = left; j <= right; j++) {
        double x = frame.localX(j + 0.5, i + 0.5);
        double y = frame.localY(j + 0.5, i + 0.5);
        double pixels = region.distance(x, y) * frame.scale();
        double coverage = clamp(0.5 - pixels);
        if (coverage > 0) {
          double line = outline > 0 ? clamp(pixels + outline + 0.5) * OUTLINE_STRENGTH : 0;
          Colour colour = paint.at(x, y).mixed(Colour.INK, line);
          int pixel = i * size + j;
          set(pixel, get(pixel).mixed(colour, coverage));
          cover(layer, pixel, (float) coverage);
        }
      }
    }
  }

  private void cover(int layer, int pixel, float coverage) {
    for (float[] mask : masks) {
      mask[pixel] *= 1 - coverage;
    }
    if (layer != BACKGROUND) {
      masks[layer][pixel] += coverage;
    }
  }

  /** The picture, 3 × H × W, cut to 0…1. */
  Tensor image() {
    float[] cut = new float[colours.length];
    for (int i = 0; i < cut.length; i++) {
      cut[i] = (float) clamp(colours[i]);
    }
    return Tensor.adopt(Shape.of(3, size, size), cut);
  }

  /** The visible coverage of one layer, H × W, in 0…1. */
  Tensor mask(int layer) {
    return Tensor.of(Shape.of(size, size), masks[layer]);
  }

  static double clamp(double value) {
    return Math.min(Math.max(value, 0), 1);
  }
}
