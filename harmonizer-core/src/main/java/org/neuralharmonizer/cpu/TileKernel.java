package org.neuralharmonizer.cpu;

/**
 * The innermost loop of a matrix product: one tile of {@code rows() × columns()}. An operand lies
 * in a packed panel, of which {@code rows()} or {@code columns()} elements follow each other for
 * each d, or elsewhere. An implementation may hold buffers and then serves one thread.
 *
 * <p>All three write {@code c[i·ldc + j] (= or +=) Σ a(i, d) · b(d, j)} over d = 0 … depth − 1, and
 * do not read the tile unless they add to it. The order of sums is the same.
 */
public interface TileKernel {

  int rows();

  int columns();

  /** Of two packed panels. */
  void multiplyPanels(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate);

  /** Of rows {@code a[i·rowStep + d]} and a packed panel. */
  void multiplyRows(
      int depth,
      float[] a,
      int ao,
      int rowStep,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate);

  /** Of {@code a[d·aStep + i]} and {@code b[d·bStep + j]}. */
  void multiplyColumns(
      int depth,
      float[] a,
      int ao,
      int aStep,
      float[] b,
      int bo,
      int bStep,
      float[] c,
      int co,
      int ldc,
      boolean accumulate);
}
