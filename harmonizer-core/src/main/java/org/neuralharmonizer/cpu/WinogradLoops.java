package org.neuralharmonizer.cpu;

/**
 * The small matrices of Winograd's convolution F(4 × 4, 3 × 3), each applied to runs of {@code n}
 * elements side by side: run i of the input begins at {@code xo + i · xStep}, run j of the output
 * at {@code oo + j · outStep}. Outputs do not overlap inputs.
 *
 * <p>The matrices interpolate at 0, ±1, ±2 and ∞.
 *
 * @see <a href="https://arxiv.org/abs/1509.09308">Lavin, Gray: Fast algorithms for convolutional
 *     neural networks, section 4.3</a>
 */
public interface WinogradLoops {

  /**
   * Six runs of an input tile to its six points: Bᵀ. The fifth and sixth run begin at {@code xo +
   * far} and a step later: they are the first two of the next tile.
   */
  void input(float[] x, int xo, int xStep, int far, float[] out, int oo, int outStep, int n);

  /** Three runs of a filter to its six points: G. */
  void filter(float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n);

  /** Six points to the four runs of an output tile: Aᵀ. */
  void output(float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n);

  /** Four runs of an output's gradient to its six points: A, the transpose of {@link #output}. */
  void outputGradient(float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n);

  /** Six points to the three runs of a filter's gradient: Gᵀ, the transpose of {@link #filter}. */
  void filterGradient(float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n);
}
