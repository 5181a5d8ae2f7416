package org.neuralharmonizer.cpu;

import java.util.Arrays;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/**
 * A padded copy of a plane in which every tap of a window sees its inputs at neighbouring places,
 * whatever the stride: positions that leave the same remainder under division by the stride lie
 * together. Read as one long run, tap by tap from its offset, it gives all outputs, row after row,
 * with {@code pitch − outputs} unused elements between the rows.
 */
final class SpreadPlane {

  final int pitch;

  /** From the first output of the first row to the last of the last. */
  final int run;

  /** Where each tap begins. */
  final int[] offsets;

  final int size;
  private final WindowAxis rows;
  private final WindowAxis columns;
  private final int height;

  SpreadPlane(WindowGeometry window) {
    rows = window.rows();
    columns = window.columns();
    height = extent(rows);
    pitch = extent(columns);
    run = (rows.outputs() - 1) * pitch + columns.outputs();
    size = rows.stride() * columns.stride() * height * pitch;
    offsets = new int[window.taps()];
    for (int t = 0; t < offsets.length; t++) {
      int down = t / columns.kernel() * rows.dilation();
      int across = t % columns.kernel() * columns.dilation();
      offsets[t] =
          part(down % rows.stride(), across % columns.stride())
              + down / rows.stride() * pitch
              + across / columns.stride();
    }
  }

  private static int extent(WindowAxis axis) {
    return axis.outputs() + (axis.kernel() - 1) * axis.dilation() / axis.stride();
  }

  private int part(int rowRemainder, int columnRemainder) {
    return (rowRemainder * columns.stride() + columnRemainder) * height * pitch;
  }

  void fill(float[] x, int xo, float padding, float[] plane) {
    Arrays.fill(plane, 0, size, padding);
    for (int row = 0; row < rows.extent(); row++) {
      int down = row + rows.before();
      if (down / rows.stride() < height) {
        int to = part(down % rows.stride(), 0) + down / rows.stride() * pitch;
        fillRow(x, xo + row * columns.extent(), plane, to);
      }
    }
  }

  private void fillRow(float[] x, int xo, float[] plane, int row) {
    int stride = columns.stride();
    if (stride == 1) {
      int count = Math.min(columns.extent(), pitch - columns.before());
      System.arraycopy(x, xo, plane, row + columns.before(), Math.max(0, count));
      return;
    }
    for (int first = 0; first < Math.min(stride, columns.extent()); first++) {
      int across = first + columns.before();
      int to = row + part(0, across % stride) + across / stride;
      int count =
          Math.min((columns.extent() - first + stride - 1) / stride, pitch - across / stride);
      for (int i = 0; i < count; i++) {
        plane[to + i] = x[xo + first + i * stride];
      }
    }
  }
}
