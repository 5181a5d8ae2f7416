package org.neuralharmonizer.nd4j;

import java.nio.FloatBuffer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/** Windows with an index, one after another. */
final class HostWindows {
  private final WindowAxis rows;
  private final WindowAxis columns;
  private final int planes;

  HostWindows(WindowGeometry geometry, int planes) {
    this.rows = geometry.rows();
    this.columns = geometry.columns();
    this.planes = planes;
  }

  /** Planes do not touch each other, so any thread may take any of them. */
  private void eachPlane(IntConsumer use) {
    IntStream.range(0, planes).parallel().forEach(use);
  }

  private int windows() {
    return rows.outputs() * columns.outputs();
  }

  private int area() {
    return rows.extent() * columns.extent();
  }

  void argMax(HostArray x, HostArray y) {
    FloatBuffer from = x.buffer();
    FloatBuffer to = y.buffer();
    eachPlane(
        plane -> {
          int window = plane * windows();
          for (int row = 0; row < rows.outputs(); row++) {
            for (int column = 0; column < columns.outputs(); column++) {
              to.put(window++, best(from, plane * area(), row, column));
            }
          }
        });
  }

  private int best(FloatBuffer x, int start, int row, int column) {
    int best = -1;
    float highest = 0;
    for (int k = 0; k < rows.kernel(); k++) {
      int y = rows.position(row, k);
      if (y < 0 || y >= rows.extent()) {
        continue;
      }
      for (int l = 0; l < columns.kernel(); l++) {
        int at = columns.position(column, l);
        if (at < 0 || at >= columns.extent()) {
          continue;
        }
        float value = x.get(start + y * columns.extent() + at);
        boolean isFirstNan = Float.isNaN(value) && !Float.isNaN(highest);
        if (best < 0 || value > highest || isFirstNan) {
          highest = value;
          best = k * columns.kernel() + l;
        }
      }
    }
    return Math.max(best, 0);
  }

  void gather(HostArray x, HostArray taps, HostArray y) {
    FloatBuffer from = x.buffer();
    FloatBuffer at = taps.buffer();
    FloatBuffer to = y.buffer();
    eachPlane(
        plane -> {
          int window = plane * windows();
          for (int row = 0; row < rows.outputs(); row++) {
            for (int column = 0; column < columns.outputs(); column++) {
              int position = position(plane, row, column, (int) at.get(window));
              to.put(window++, position < 0 ? 0 : from.get(position));
            }
          }
        });
  }

  void scatter(HostArray y, HostArray taps, HostArray x) {
    FloatBuffer from = y.buffer();
    FloatBuffer at = taps.buffer();
    FloatBuffer to = x.buffer();
    eachPlane(
        plane -> {
          for (int i = plane * area(); i < (plane + 1) * area(); i++) {
            to.put(i, 0);
          }
          int window = plane * windows();
          for (int row = 0; row < rows.outputs(); row++) {
            for (int column = 0; column < columns.outputs(); column++) {
              int position = position(plane, row, column, (int) at.get(window));
              float value = from.get(window++);
              if (position >= 0) {
                to.put(position, to.get(position) + value);
              }
            }
          }
        });
  }

  /** Of the input at a tap; −1 in the padding. */
  private int position(int plane, int row, int column, int tap) {
    int y = rows.position(row, tap / columns.kernel());
    int x = columns.position(column, tap % columns.kernel());
    boolean isInside = y >= 0 && y < rows.extent() && x >= 0 && x < columns.extent();
    return isInside ? plane * area() + y * columns.extent() + x : -1;
  }
}
