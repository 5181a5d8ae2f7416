package org.neuralharmonizer.cpu;

/**
 * An operand of a matrix product, seen as lines (rows of the left operand, columns of the right)
 * along the depth that is summed over. It need not exist as a matrix: a convolution's columns are
 * read straight from the image.
 */
interface PanelSource {

  /**
   * Writes {@code panel[po + d·width + j]} = element (depth0 + d, line0 + j) for d = 0 … depth − 1
   * and j = 0 … width − 1; zero from j = lines on.
   */
  void pack(
      int depth0,
      int depth,
      int line0,
      int lines,
      int width,
      float[] panel,
      int po,
      Scratch scratch);

  /**
   * The same of any number of lines: panels of {@code width} lines, each {@code step} elements
   * after the one before.
   */
  default void packAll(
      int depth0,
      int depth,
      int line0,
      int lines,
      int width,
      float[] panels,
      int po,
      int step,
      Scratch scratch) {
    int to = po;
    for (int j = 0; j < lines; j += width) {
      pack(depth0, depth, line0 + j, Math.min(width, lines - j), width, panels, to, scratch);
      to += step;
    }
  }
}
