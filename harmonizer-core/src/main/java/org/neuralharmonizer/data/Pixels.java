package org.neuralharmonizer.data;

import org.neuralharmonizer.tensor.Tensor;

/** The check that every value of a picture is a number, with the place of the first that is not. */
final class Pixels {
  private Pixels() {}

  static void requireFinite(String name, Tensor planes) {
    for (int i = 0; i < planes.size(); i++) {
      if (!Float.isFinite(planes.value(i))) {
        throw notFinite(name, planes, i);
      }
    }
  }

  private static IllegalArgumentException notFinite(String name, Tensor planes, int position) {
    int width = planes.shape().extent(-1);
    int height = planes.shape().extent(-2);
    int channel = position / (width * height);
    String where = planes.shape().rank() > 2 ? "channel " + channel + ", " : "";
    return new IllegalArgumentException(
        "%s: %s at %srow %d, column %d — every value must be finite"
            .formatted(
                name, planes.value(position), where, position / width % height, position % width));
  }
}
