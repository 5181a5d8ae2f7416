package org.neuralharmonizer.cpu;

import java.util.Arrays;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/**
 * Windows over planes: sums, largest elements, and their transposes. Padding counts as zero in
 * sums, is never largest, and takes nothing from a transpose.
 */
final class Windows {

  private final Workers workers;
  private final Loops loops;
  private final DirectConvolutions direct;

  Windows(Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
    direct = new DirectConvolutions(workers, loops);
  }

  /** Each output is the sum of its window. */
  Kernel windowSum(float[] x, int xo, float[] y, int yo, int planes, WindowGeometry window) {
    if (coversPlane(window)) {
      int size = window.taps();
      return PlaneTask.kernel(
          workers,
          planes,
          size,
          (plane, scratch) -> y[yo + plane] = (float) loops.sum(x, xo + plane * size, size));
    }
    ConvGeometry geometry = new ConvGeometry(window, 1);
    return direct.conv2d(x, xo, ones(window), 0, y, yo, planes, 1, 1, geometry);
  }

  /** The transpose of {@link #windowSum}: each input is the sum of the outputs that see it. */
  Kernel windowSpread(float[] y, int yo, float[] x, int xo, int planes, WindowGeometry window) {
    if (coversPlane(window)) {
      int size = window.taps();
      return PlaneTask.kernel(
          workers,
          planes,
          size,
          (plane, scratch) -> {
            int to = xo + plane * size;
            Arrays.fill(x, to, to + size, y[yo + plane]);
          });
    }
    ConvGeometry geometry = new ConvGeometry(window, 1);
    return direct.conv2dInput(y, yo, ones(window), 0, x, xo, planes, 1, 1, geometry);
  }

  private static float[] ones(WindowGeometry window) {
    float[] ones = new float[window.taps()];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /**
   * Where in each window the first NaN is, else the first of its largest elements: row · width of
   * the window + column, as a float. 0 for a window that lies wholly in the padding.
   */
  Kernel argMaxWindow(float[] x, int xo, float[] index, int io, int planes, WindowGeometry window) {
    if (coversPlane(window)) {
      int size = window.taps();
      return PlaneTask.kernel(
          workers,
          planes,
          size,
          (plane, scratch) -> index[io + plane] = loops.maxIndex(x, xo + plane * size, size));
    }
    SpreadPlane layout = new SpreadPlane(window);
    int inputs = window.rows().extent() * window.columns().extent();
    int outputs = window.rows().outputs() * window.columns().outputs();
    return PlaneTask.kernel(
        workers,
        planes,
        (double) layout.run * window.taps(),
        (plane, scratch) -> {
          float[] spread = scratch.floats(Scratch.Use.PLANE, layout.room);
          layout.fill(loops, scratch, x, xo + plane * inputs, Float.NEGATIVE_INFINITY, spread);
          float[] marks = findLargest(layout, spread, scratch);
          copyMarks(window, layout.pitch, marks, index, io + plane * outputs);
        });
  }

  /** Marks of −1 remain where nothing exceeds −∞. */
  private float[] findLargest(SpreadPlane layout, float[] spread, Scratch scratch) {
    int run = layout.run;
    float[] best = scratch.floats(Scratch.Use.PLANE_RESULT, 2 * run);
    Arrays.fill(best, 0, run, Float.NEGATIVE_INFINITY);
    Arrays.fill(best, run, 2 * run, -1f);
    for (int tap = 0; tap < layout.offsets.length; tap++) {
      loops.raise(spread, layout.offsets[tap], tap, best, 0, best, run, run);
    }
    return best;
  }

  private static void copyMarks(
      WindowGeometry window, int pitch, float[] best, float[] index, int io) {
    WindowAxis rows = window.rows();
    WindowAxis columns = window.columns();
    int run = (rows.outputs() - 1) * pitch + columns.outputs();
    for (int row = 0; row < rows.outputs(); row++) {
      for (int column = 0; column < columns.outputs(); column++) {
        float mark = best[run + row * pitch + column];
        index[io + row * columns.outputs() + column] =
            mark >= 0f ? mark : firstInside(window, row, column);
      }
    }
  }

  /** The first tap that is not in the padding; 0 if none is. */
  private static int firstInside(WindowGeometry window, int row, int column) {
    for (int tap = 0; tap < window.taps(); tap++) {
      if (position(window, row * window.columns().outputs() + column, tap) >= 0) {
        return tap;
      }
    }
    return 0;
  }

  /** From each window the element its index names; 0 from the padding. */
  Kernel gatherWindow(
      float[] x,
      int xo,
      float[] index,
      int io,
      float[] y,
      int yo,
      int planes,
      WindowGeometry window) {
    ImageGrid grid = ImageGrid.windows(new ConvGeometry(window, 1));
    int inputs = grid.height * grid.width;
    int outputs = grid.points();
    return PlaneTask.kernel(
        workers,
        planes,
        4.0 * outputs,
        (plane, scratch) -> {
          for (int row = 0; row < grid.rows; row++) {
            int at = plane * outputs + row * grid.columns;
            gatherRow(x, xo + plane * inputs, index, io + at, y, yo + at, row, grid);
          }
        });
  }

  private static void gatherRow(
      float[] x, int xo, float[] index, int io, float[] y, int yo, int row, ImageGrid grid) {
    for (int column = 0; column < grid.columns; column++) {
      int tap = (int) index[io + column];
      int down = row * grid.rowStride + grid.rowOffsets[tap];
      int across = column * grid.columnStride + grid.columnOffsets[tap];
      boolean inside = down >= 0 && down < grid.height && across >= 0 && across < grid.width;
      y[yo + column] = inside ? x[xo + down * grid.width + across] : 0f;
    }
  }

  /** The transpose of {@link #gatherWindow}: adds each output to the input its index names. */
  Kernel scatterWindow(
      float[] y,
      int yo,
      float[] index,
      int io,
      float[] x,
      int xo,
      int planes,
      WindowGeometry window) {
    ImageGrid grid = ImageGrid.windows(new ConvGeometry(window, 1));
    int inputs = grid.height * grid.width;
    int outputs = grid.points();
    return PlaneTask.kernel(
        workers,
        planes,
        4.0 * outputs + inputs,
        (plane, scratch) -> {
          Arrays.fill(x, xo + plane * inputs, xo + (plane + 1) * inputs, 0f);
          for (int row = 0; row < grid.rows; row++) {
            int at = plane * outputs + row * grid.columns;
            scatterRow(y, yo + at, index, io + at, x, xo + plane * inputs, row, grid);
          }
        });
  }

  private static void scatterRow(
      float[] y, int yo, float[] index, int io, float[] x, int xo, int row, ImageGrid grid) {
    for (int column = 0; column < grid.columns; column++) {
      int tap = (int) index[io + column];
      int down = row * grid.rowStride + grid.rowOffsets[tap];
      int across = column * grid.columnStride + grid.columnOffsets[tap];
      if (down >= 0 && down < grid.height && across >= 0 && across < grid.width) {
        x[xo + down * grid.width + across] += y[yo + column];
      }
    }
  }

  /** The element of the plane that an output sees at a tap; negative in the padding. */
  private static int position(WindowGeometry window, int output, int tap) {
    assert tap >= 0 && tap < window.taps() : "tap " + tap + " of " + window.taps();
    WindowAxis rows = window.rows();
    WindowAxis columns = window.columns();
    int row = rows.position(output / columns.outputs(), tap / columns.kernel());
    int column = columns.position(output % columns.outputs(), tap % columns.kernel());
    boolean inside = row >= 0 && row < rows.extent() && column >= 0 && column < columns.extent();
    return inside ? row * columns.extent() + column : -1;
  }

  /** One window that is the plane, as in a maximum or sum over whole rows. */
  private static boolean coversPlane(WindowGeometry window) {
    return covers(window.rows()) && covers(window.columns());
  }

  private static boolean covers(WindowAxis axis) {
    return axis.kernel() == axis.extent()
        && axis.before() == 0
        && axis.after() == 0
        && (axis.dilation() == 1 || axis.kernel() == 1);
  }
}
