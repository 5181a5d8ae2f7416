package org.neuralharmonizer.cuda;

import org.neuralharmonizer.backend.ProductPrecision;

/**
 * One member of a convolution trio as the vendor's library takes it: NCHW, padded alike before and
 * after.
 *
 * @param channels of the input
 * @param filters channels of the output
 * @param height of the input
 * @param width of the input
 * @param precision of products, if the format is {@link Format#SINGLE}
 * @param format of all operands
 */
record ConvolutionTask(
    Member member,
    int images,
    int channels,
    int filters,
    int groups,
    int height,
    int width,
    Axis rows,
    Axis columns,
    ProductPrecision precision,
    Format format) {

  /** Which of the three is computed: operands are (x, w), (y, w) and (x, y). */
  enum Member {
    OUTPUT,
    INPUT,
    FILTER
  }

  /**
   * Along one axis.
   *
   * @param padding on either side
   * @param outputs positions of the window
   */
  record Axis(int kernel, int stride, int dilation, int padding, int outputs) {}
}
