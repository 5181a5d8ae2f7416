package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;

/** The sliding window of a convolution or pooling, before the image's size is known. */
record Window(int height, int width, int stride, int dilation, Padding padding) {

  Window withStride(int other) {
    return new Window(height, width, other, dilation, padding);
  }

  Window withDilation(int other) {
    return new Window(height, width, stride, other, padding);
  }

  Window withPadding(Padding other) {
    return new Window(height, width, stride, dilation, other);
  }

  /** The window over images N × C × H × W. */
  WindowGeometry over(String operation, Shape images, Context context) {
    if (images.rank() != 4) {
      throw context.shapeError(operation, "input is " + images + ", expected N × C × H × W");
    }
    return new WindowGeometry(
        padding.rows(images.extent(2), height, stride, dilation),
        padding.columns(images.extent(3), width, stride, dilation));
  }
}
