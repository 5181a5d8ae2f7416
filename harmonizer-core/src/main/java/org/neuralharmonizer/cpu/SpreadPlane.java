package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;

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

  void fill(Loops loops, Scratch scratch, float[] x, int xo, float padding, float[] plane) {
    for (int remainder = 0; remainder < rows.stride(); remainder++) {
      int place = Math.max(0, ceiling(rows.before() - remainder, rows.stride()));
      int row = place * rows.stride() + remainder - rows.before();
      int count = Math.min(ceiling(rows.extent() - row, rows.stride()), height - place);
      int from = xo + row * columns.extent();
      int to = part(remainder, 0);
      if (columns.stride() == 1) {
        fillRows(loops, x, from, count, padding, plane, to, place, pitch);
      } else if (columns.stride() == 2) {
        // Neighbouring columns part ways; done on padded rows, this needs no look at their ends.
        float[] wide = scratch.floats(Scratch.Use.WIDE_PLANE, 2 * height * pitch + Loops.SLACK);
        fillRows(loops, x, from, count, padding, wide, 0, place, 2 * pitch);
        loops.split(wide, 0, 2 * height * pitch, plane, to, plane, part(remainder, 1));
      } else {
        fillSparsely(x, from, count, padding, plane, to, place);
      }
    }
    Arrays.fill(plane, size, size + WHOLE, padding);
  }

  private void fillRows(
      Loops loops,
      float[] x,
      int xo,
      int count,
      float padding,
      float[] plane,
      int start,
      int place,
      int width) {
    int used = Math.min(columns.extent(), width - columns.before());
    int end = start + height * width;
    if (count <= 0 || used <= 0) {
      Arrays.fill(plane, start, end, padding);
      return;
    }
    int rowStep = rows.stride() * columns.extent();
    int to = start + place * width + columns.before();
    Arrays.fill(plane, start, to, padding);
    loops.spreadRows(x, xo, rowStep, used, count, padding, plane, to, width);
    Arrays.fill(plane, to + (count - 1) * width + used, end, padding);
  }

  private void fillSparsely(
      float[] x, int xo, int count, float padding, float[] plane, int start, int place) {
    int stride = columns.stride();
    Arrays.fill(plane, start, start + stride * height * pitch, padding);
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < columns.extent(); column++) {
        int across = column + columns.before();
        if (across / stride < pitch) {
          int to = start + part(0, across % stride) + (place + row) * pitch + across / stride;
          plane[to] = x[xo + row * rows.stride() * columns.extent() + column];
        }
      }
    }
  }
}
