package org.neuralharmonizer.cpu;

/**
 * Many dot products at once, of a few runs with three windows on another: what the filter gradient
 * of a convolution is made of. Each is kept as one sum per vector lane, so that summing the lanes
 * can wait.
 */
public interface DotKernel {

  /** Windows on the second operand. */
  int WINDOWS = 3;

  /** Runs of the first operand. */
  int rows();

  /** Sums of each dot product: a multiple of four. */
  int lanes();

  /**
   * Adds to sum {@code so + (i·3 + k)·lanes + l} the products {@code y[yo + i·yStep + p] · x[xk +
   * p]} over p = l, l + lanes, … below n.
   *
   * @param n a multiple of {@code lanes()}
   */
  void dots(
      int n, float[] y, int yo, int yStep, float[] x, int x0, int x1, int x2, float[] sums, int so);
}
