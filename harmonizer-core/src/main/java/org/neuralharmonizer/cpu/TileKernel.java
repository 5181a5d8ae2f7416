package org.neuralharmonizer.cpu;

/**
 * The innermost loop of a matrix product: one tile of {@code rows() × columns()}, both operands
 * wherever their elements lie; a packed panel of the left one has row step 1 and depth step {@code
 * rows()}. An implementation may hold buffers and then serves one thread.
 */
public interface TileKernel {

  int rows();

  int columns();

  /**
   * {@code c[i·ldc + j] (= or +=) Σ a[i·rowStep + d·depthStep] · b[steps[d] + j]} over d = 0 …
   * depth − 1.
   *
   * @param steps where each row of b begins, from its offset on
   * @param accumulate whether to add to the tile; otherwise it is not read
   */
  void multiply(
      int depth,
      float[] a,
      int ao,
      int rowStep,
      int depthStep,
      float[] b,
      int bo,
      int[] steps,
      float[] c,
      int co,
      int ldc,
      boolean accumulate);
}
