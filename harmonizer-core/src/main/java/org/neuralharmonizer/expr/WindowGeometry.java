package org.neuralharmonizer.expr;

/**
 * A window that slides over the two innermost axes of an N × C × H × W tensor, each channel by
 * itself.
 */
public record WindowGeometry(WindowAxis rows, WindowAxis columns) {

  /** Elements of one window. */
  public int taps() {
    return rows.kernel() * columns.kernel();
  }

  /** Rows by columns. */
  @Override
  public String toString() {
    return "(" + rows + ") × (" + columns + ")";
  }
}
