package org.neuralharmonizer.psychophysics;

import java.util.function.IntConsumer;
import org.neuralharmonizer.data.ImportanceMap;

/** A region while it grows. */
final class Growing {
  private final int height;
  private final int width;
  private final double[] importance;
  private final boolean[] met;
  private final int[] order;
  private int count;

  Growing(ImportanceMap map, int pixels) {
    height = map.height();
    width = map.width();
    importance = importance(map, pixels);
    met = new boolean[importance.length];
    order = new int[pixels];
  }

  /** Importance from 0 on, row by row. */
  static double[] importance(ImportanceMap map, int pixels) {
    double[] values = new double[map.height() * map.width()];
    boolean isEmpty = true;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, map.values().value(i));
      isEmpty &= values[i] == 0;
    }
    if (isEmpty) {
      throw new IllegalArgumentException(
          "region growth: nothing in the map is above 0, so no pixel comes first"
              + " — leave this image out, or give it another map");
    }
    if (pixels < 1 || pixels > values.length) {
      throw new IllegalArgumentException(
          "region growth: %d pixels of a map of %d × %d — ask for 1 to %d"
              .formatted(pixels, map.height(), map.width(), values.length));
    }
    return values;
  }

  /** The most important pixel, the first of equals. */
  int peak() {
    int peak = 0;
    for (int i = 1; i < importance.length; i++) {
      peak = importance[i] > importance[peak] ? i : peak;
    }
    met[peak] = true;
    return peak;
  }

  /** Adds a pixel and tells of its neighbours that are new; false once there are enough. */
  boolean take(int pixel, IntConsumer neighbour) {
    order[count++] = pixel;
    if (count == order.length) {
      return false;
    }
    int row = pixel / width;
    int column = pixel % width;
    for (int r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
      for (int c = Math.max(0, column - 1); c <= Math.min(width - 1, column + 1); c++) {
        int each = r * width + c;
        if (!met[each]) {
          met[each] = true;
          neighbour.accept(each);
        }
      }
    }
    return true;
  }

  Region region() {
    return new Region(height, width, order);
  }
}
