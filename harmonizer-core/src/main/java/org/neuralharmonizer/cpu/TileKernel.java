package org.neuralharmonizer.cpu;

/**
 * The innermost loop of a matrix product: one tile of {@code rows() × columns()} from packed
 * panels. An implementation may hold buffers and then serves one thread.
 */
public interface TileKernel {

  int rows();

  int columns();

  /**
   * {@code c[i·ldc + j] (= or +=) Σ a[d·rows + i] · b[d·columns + j]} over d = 0 … depth − 1.
   *
   * @param accumulate whether to add to the tile; otherwise it is not read
   */
  void multiply(
      int depth, float[] a, int ao, float[] b, int bo, float[] c, int co, int ldc,
      boolean accumulate);
}
