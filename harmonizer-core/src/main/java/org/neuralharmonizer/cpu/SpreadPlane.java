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

  /** Runs are lengthened to a multiple of this, which spares the loops what fills no vector. */
  private static final int WHOLE = 16;

  /** Shorter rows are taken apart element by element. */
  private static final int LEAST_SPLIT = 32;

  final int pitch;

  /** From the first output of the first row to the last of the last. */
  final int run;

  /** The run, lengthened to whole vectors. */
  final int wholeRun;

  /** Where each tap begins. */
  final int[] offsets;

  final int size;

  /** Floats that {@link #fill} needs: all that a tap reads in a run of whole vectors. */
  final int room;

  private final WindowAxis rows;
  private final WindowAxis columns;
  private final int height;

  SpreadPlane(WindowGeometry window) {
    rows = window.rows();
    columns = window.columns();
    height = extent(rows);
    pitch = extent(columns);
    run = (rows.outputs() - 1) * pitch + columns.outputs();
    wholeRun = whole(run);
    size = rows.stride() * columns.stride() * height * pitch;
    room = size + WHOLE + Loops.SLACK;
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

  /** The next multiple of a vector's length. */
  static int whole(int run) {
    return (run + WHOLE - 1) / WHOLE * WHOLE;
  }

  void fill(Loops loops, float[] x, int xo, float padding, float[] plane) {
    if (rows.stride() == 1 && columns.stride() == 1 && padding == 0f) {
      fillAtOnce(loops, x, xo, plane);
      return;
    }
    Arrays.fill(plane, 0, size + WHOLE, padding);
    for (int row = 0; row < rows.extent(); row++) {
      int down = row + rows.before();
      if (down / rows.stride() < height) {
        int to = part(down % rows.stride(), 0) + down / rows.stride() * pitch;
        fillRow(loops, x, xo + row * columns.extent(), plane, to);
      }
    }
  }

  /** What the zeros between rows cover is at once the padding after one and before the next. */
  private void fillAtOnce(Loops loops, float[] x, int xo, float[] plane) {
    int count = Math.min(rows.extent(), height - rows.before());
    int width = columns.extent();
    if (count <= 0 || width > pitch - columns.before()) {
      Arrays.fill(plane, 0, size + WHOLE, 0f);
      for (int row = 0; row < count; row++) {
        fillRow(loops, x, xo + row * width, plane, (row + rows.before()) * pitch);
      }
      return;
    }
    int start = rows.before() * pitch + columns.before();
    Arrays.fill(plane, 0, start, 0f);
    loops.spreadRows(x, xo, width, count, plane, start, pitch);
    Arrays.fill(plane, start + (count - 1) * pitch + width, size + WHOLE, 0f);
  }

  private void fillRow(Loops loops, float[] x, int xo, float[] plane, int row) {
    int stride = columns.stride();
    int before = columns.before();
    if (stride == 1) {
      int count = Math.min(columns.extent(), pitch - before);
      System.arraycopy(x, xo, plane, row + before, Math.max(0, count));
      return;
    }
    if (stride == 2 && columns.extent() >= LEAST_SPLIT) {
      int first = row + part(0, before % 2) + before / 2;
      int second = row + part(0, (before + 1) % 2) + (before + 1) / 2;
      int count = Math.max(0, Math.min(columns.extent(), 2 * pitch - before));
      loops.split(x, xo, count, plane, first, plane, second);
      return;
    }
    for (int first = 0; first < Math.min(stride, columns.extent()); first++) {
      int across = first + before;
      int to = row + part(0, across % stride) + across / stride;
      int count =
          Math.min((columns.extent() - first + stride - 1) / stride, pitch - across / stride);
      for (int i = 0; i < count; i++) {
        plane[to + i] = x[xo + first + i * stride];
      }
    }
  }
}
