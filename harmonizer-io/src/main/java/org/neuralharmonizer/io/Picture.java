package org.neuralharmonizer.io;

import java.util.Arrays;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Decoded planes of 0…255, one after the other: one of grey or three of red, green, blue. */
record Picture(int width, int height, float[] planes) {
  private int area() {
    return width * height;
  }

  Tensor rgb() {
    float[] values = planes;
    if (planes.length == area()) {
      values = Arrays.copyOf(planes, 3 * area());
      System.arraycopy(planes, 0, values, area(), area());
      System.arraycopy(planes, 0, values, 2 * area(), area());
    }
    return Tensor.adopt(Shape.of(3, height, width), values);
  }

  Tensor map(String file) throws MalformedFileException {
    int area = area();
    for (int i = area; i < planes.length; i++) {
      if (planes[i] != planes[i - area]) {
        int pixel = i % area;
        throw MalformedFileException.of(
            file,
            "a map has one channel, this picture has colour at x "
                + pixel % width
                + ", y "
                + pixel / width,
            "save it as grey");
      }
    }
    return Tensor.adopt(Shape.of(height, width), Arrays.copyOf(planes, area));
  }

  /** Refuses more pixels than the limit, and more than so many bytes can stand for. */
  static void check(
      String file, long width, long height, double leastBytes, long bytes, ReadLimits limits)
      throws MalformedFileException {
    if (width < 1 || height < 1) {
      throw MalformedFileException.of(
          file, "a picture of " + width + " × " + height + " pixels", "the file is damaged");
    }
    // Both extents fit in 31 bits, so the product fits; three channels must fit in one array.
    if (width * height > Math.min(limits.pixels(), Integer.MAX_VALUE / 4)) {
      throw MalformedFileException.of(
          file,
          width + " × " + height + " pixels",
          "the limit is " + limits.pixels() + "; shrink it, or pass larger ReadLimits");
    }
    if (leastBytes > bytes) {
      throw MalformedFileException.of(
          file,
          width + " × " + height + " pixels in " + bytes + " bytes, which cannot be",
          "the file is cut off or its header is wrong");
    }
  }
}
