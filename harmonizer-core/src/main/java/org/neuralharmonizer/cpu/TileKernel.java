package org.neuralharmonizer.cpu;

/**
 * The innermost loop of a matrix product: one tile of {@code rows() × columns()}, the left operand
 * from a packed panel, the right one wherever its rows lie. An implementation may hold buffers and
 * then serves one thread.
 */
public interface TileKernel {

  int rows();

  int columns();

  /**
   * {@code c[i·ldc + j] (= or +=) Σ a[d·rows + i] · b[steps[d] + j]} over d = 0 … depth − 1.
   *
   * @param steps where each row of b begins, from its offset on
   * @param accumulate whether to add to the tile; otherwise it is not read
   */
  void multiply(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int[] steps,
      float[] c,
      int co,
      int ldc,
      boolean accumulate);
}
