package org.neuralharmonizer.cpu;

import java.util.Arrays;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/**
 * Windows sliding over planes: {@code planes} arrays of H × W, one after another, to or from as
 * many of H′ × W′. Padding counts as 0 in sums and is never chosen by a maximum.
 *
 * <p>Each plane is computed by one task in one order.
 */
final class Windows {
  /** Elements that a task should touch at least. */
  private static final int WORTHWHILE = 1 << 14;

  private final Workers workers;
  private final Loops loops;

  Windows(Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
  }

  /** One plane of a loop over planes. */
  private interface Plane {
    void run(int input, int output);
  }

  /** Sums over windows. */
  void sum(float[] x, int xo, float[] y, int yo, int planes, WindowGeometry window) {
    forEachPlane(
        planes,
        window,
        (in, out) -> {
          Arrays.fill(y, yo + out, yo + out + outputs(window), 0);
          forEachRun(
              window,
              (source, target, stride, n) -> {
                int from = xo + in + source;
                int to = yo + out + target;
                for (int i = 0; i < n; i++) {
                  y[to + i] += x[from + i * stride];
                }
              });
        });
  }

  /** Adds each window's value to the positions it covers: the transpose of {@link #sum}. */
  void spread(float[] y, int yo, float[] x, int xo, int planes, WindowGeometry window) {
    forEachPlane(
        planes,
        window,
        (in, out) -> {
          Arrays.fill(x, xo + in, xo + in + positions(window), 0);
          forEachRun(
              window,
              (source, target, stride, n) -> {
                int to = xo + in + source;
                int from = yo + out + target;
                for (int i = 0; i < n; i++) {
                  x[to + i * stride] += y[from + i];
                }
              });
        });
  }

  /** The tap of each window's largest element: the first NaN, else the first of equals. */
  void argMax(float[] x, int xo, float[] y, int yo, int planes, WindowGeometry window) {
    if (spansRows(window)) {
      int width = window.columns().extent();
      forEachPlane(planes, window, (in, out) -> y[yo + out] = loops.maxIndex(x, xo + in, width));
      return;
    }
    forEachPlane(planes, window, (in, out) -> argMax(x, xo + in, y, yo + out, window));
  }

  /** The element at the given tap of each window. */
  void gather(
      float[] x,
      int xo,
      float[] taps,
      int to,
      float[] y,
      int yo,
      int planes,
      WindowGeometry window) {
    forEachPlane(
        planes,
        window,
        (in, out) -> {
          for (int o = 0; o < outputs(window); o++) {
            y[yo + out + o] = x[xo + in + position(window, o, (int) taps[to + out + o])];
          }
        });
  }

  /** Adds each value at its tap: the transpose of {@link #gather}. */
  void scatter(
      float[] y,
      int yo,
      float[] taps,
      int to,
      float[] x,
      int xo,
      int planes,
      WindowGeometry window) {
    forEachPlane(
        planes,
        window,
        (in, out) -> {
          Arrays.fill(x, xo + in, xo + in + positions(window), 0);
          for (int o = 0; o < outputs(window); o++) {
            x[xo + in + position(window, o, (int) taps[to + out + o])] += y[yo + out + o];
          }
        });
  }

  private void argMax(float[] x, int xo, float[] y, int yo, WindowGeometry window) {
    float[] best = workers.scratch().floats(Scratch.Use.PLANE, outputs(window));
    Arrays.fill(best, 0, outputs(window), Float.NEGATIVE_INFINITY);
    Arrays.fill(y, yo, yo + outputs(window), -1);
    int[] tap = {0};
    forEachTap(
        window,
        (row, column) -> {
          int number = tap[0]++;
          forEachRun(
              window,
              row,
              column,
              (source, target, stride, n) -> {
                for (int i = 0; i < n; i++) {
                  float value = x[xo + source + i * stride];
                  int o = target + i;
                  boolean better = value > best[o] || (value != value && best[o] == best[o]);
                  if (better || y[yo + o] < 0) {
                    best[o] = value;
                    y[yo + o] = number;
                  }
                }
              });
        });
  }

  /** Whether there is one window per plane and it is a row as long as the plane. */
  private static boolean spansRows(WindowGeometry window) {
    WindowAxis columns = window.columns();
    return window.rows().extent() == 1
        && window.rows().kernel() == 1
        && outputs(window) == 1
        && columns.kernel() == columns.extent()
        && columns.before() == 0
        && columns.dilation() == 1;
  }

  private void forEachPlane(int planes, WindowGeometry window, Plane plane) {
    int work = Math.max(positions(window), outputs(window) * window.taps());
    int each = Math.max(1, WORTHWHILE / work);
    workers.forEach(
        (planes + each - 1) / each,
        task -> {
          for (int p = task * each; p < Math.min(planes, (task + 1) * each); p++) {
            plane.run(p * positions(window), p * outputs(window));
          }
        });
  }

  private interface Tap {
    void run(int row, int column);
  }

  /** Positions of one row of windows at one tap, {@code stride} apart, and those windows. */
  private interface Run {
    void run(int source, int target, int stride, int n);
  }

  private static void forEachTap(WindowGeometry window, Tap tap) {
    for (int row = 0; row < window.rows().kernel(); row++) {
      for (int column = 0; column < window.columns().kernel(); column++) {
        tap.run(row, column);
      }
    }
  }

  private static void forEachRun(WindowGeometry window, Run run) {
    forEachTap(window, (row, column) -> forEachRun(window, row, column, run));
  }

  private static void forEachRun(WindowGeometry window, int row, int column, Run run) {
    WindowAxis rows = window.rows();
    WindowAxis columns = window.columns();
    int first = first(columns, column);
    int n = end(columns, column) - first;
    for (int o = first(rows, row); o < end(rows, row) && n > 0; o++) {
      int source = rows.position(o, row) * columns.extent() + columns.position(first, column);
      run.run(source, o * columns.outputs() + first, columns.stride(), n);
    }
  }

  /** The first window whose tap lies inside the input. */
  private static int first(WindowAxis axis, int tap) {
    int outside = axis.before() - tap * axis.dilation();
    return outside <= 0 ? 0 : (outside + axis.stride() - 1) / axis.stride();
  }

  /** One past the last window whose tap lies inside the input. */
  private static int end(WindowAxis axis, int tap) {
    int last = axis.extent() - 1 + axis.before() - tap * axis.dilation();
    return last < 0 ? 0 : Math.min(axis.outputs(), last / axis.stride() + 1);
  }

  private static int position(WindowGeometry window, int output, int tap) {
    WindowAxis columns = window.columns();
    int width = columns.outputs();
    int row = window.rows().position(output / width, tap / columns.kernel());
    return row * columns.extent() + columns.position(output % width, tap % columns.kernel());
  }

  private static int positions(WindowGeometry window) {
    return window.rows().extent() * window.columns().extent();
  }

  private static int outputs(WindowGeometry window) {
    return window.rows().outputs() * window.columns().outputs();
  }
}
