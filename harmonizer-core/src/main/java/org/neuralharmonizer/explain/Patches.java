package org.neuralharmonizer.explain;

import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * An image divided into a grid of patches, each a feature that is kept or removed as a whole.
 * Patches are numbered row by row; where the grid does not divide the image, their sizes differ by
 * one pixel.
 */
public record Patches(int rows, int columns) {

  public Patches {
    Copies.positive("patches: rows", rows);
    Copies.positive("patches: columns", columns);
  }

  /** A square grid. */
  public static Patches of(int side) {
    return new Patches(side, side);
  }

  /** How many patches. */
  public int count() {
    return rows * columns;
  }

  /** The patch that a pixel lies in. */
  int at(int y, int x, int height, int width) {
    return y * rows / height * columns + x * columns / width;
  }

  /** The values of patches at each of their pixels, row by row. */
  float[] spread(double[] values, Perturbations image) {
    int height = image.height();
    int width = image.width();
    if (rows > height || columns > width) {
      throw new ShapeException(
          "patches: an image of %d × %d pixels has no %d × %d patches — use fewer"
              .formatted(height, width, rows, columns));
    }
    float[] pixels = new float[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) values[at(i / width, i % width, height, width)];
    }
    return pixels;
  }

  /** The values of patches as a map H × W. */
  Tensor map(double[] values, Perturbations image) {
    return Tensor.adopt(Shape.of(image.height(), image.width()), spread(values, image));
  }
}
