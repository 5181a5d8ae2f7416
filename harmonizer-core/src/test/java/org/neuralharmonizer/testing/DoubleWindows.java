package org.neuralharmonizer.testing;

import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/** Primitives that slide a window over planes of height × width. */
final class DoubleWindows {
  private static final int PADDING = -1;

  private final WindowAxis rows;
  private final WindowAxis columns;
  private final int planes;
  private final int plane;
  private final int windows;

  DoubleWindows(WindowGeometry geometry, int planes) {
    this.rows = geometry.rows();
    this.columns = geometry.columns();
    this.planes = planes;
    this.plane = rows.extent() * columns.extent();
    this.windows = rows.outputs() * columns.outputs();
  }

  double[] sum(double[] x) {
    double[] y = new double[planes * windows];
    for (int i = 0; i < y.length; i++) {
      for (int tap = 0; tap < taps(); tap++) {
        int position = position(i, tap);
        y[i] += position == PADDING ? 0 : x[position];
      }
    }
    return y;
  }

  double[] spread(double[] y) {
    double[] x = new double[planes * plane];
    for (int i = 0; i < y.length; i++) {
      for (int tap = 0; tap < taps(); tap++) {
        int position = position(i, tap);
        if (position != PADDING) {
          x[position] += y[i];
        }
      }
    }
    return x;
  }

  /** Tap 0 for a window that sees nothing but padding. */
  double[] argMax(double[] x) {
    double[] taps = new double[planes * windows];
    for (int i = 0; i < taps.length; i++) {
      int best = PADDING;
      for (int tap = 0; tap < taps(); tap++) {
        int position = position(i, tap);
        if (position != PADDING
            && (best == PADDING || DoubleInterpreter.exceeds(x[position], x[best]))) {
          best = position;
          taps[i] = tap;
        }
      }
    }
    return taps;
  }

  double[] gather(double[] x, double[] taps) {
    double[] y = new double[planes * windows];
    for (int i = 0; i < y.length; i++) {
      int position = position(i, (int) taps[i]);
      y[i] = position == PADDING ? 0 : x[position];
    }
    return y;
  }

  double[] scatter(double[] y, double[] taps) {
    double[] x = new double[planes * plane];
    for (int i = 0; i < y.length; i++) {
      int position = position(i, (int) taps[i]);
      if (position != PADDING) {
        x[position] += y[i];
      }
    }
    return x;
  }

  private int taps() {
    return rows.kernel() * columns.kernel();
  }

  /** Where a window, counted over all planes, reads at a tap. */
  private int position(int window, int tap) {
    int within = window % windows;
    int row = rows.position(within / columns.outputs(), tap / columns.kernel());
    int column = columns.position(within % columns.outputs(), tap % columns.kernel());
    boolean inside = row >= 0 && row < rows.extent() && column >= 0 && column < columns.extent();
    return inside ? window / windows * plane + row * columns.extent() + column : PADDING;
  }
}
