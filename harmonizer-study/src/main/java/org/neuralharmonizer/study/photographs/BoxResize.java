package org.neuralharmonizer.study.photographs;

import java.util.Arrays;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Resizing of pictures of whole grey values as Pillow does it with its filter BOX: an output pixel
 * is the mean of the pixels whose centres it covers, each counted whole, along rows and then along
 * columns; each time rounded to whole values, halves upwards. Enlarging repeats pixels.
 *
 * <p>Published networks were prepared by tools of this kind; counting pixels at the border by the
 * share inside gives grey values that differ by as much as 39 at edges.
 */
final class BoxResize {
  private BoxResize() {}

  /** C × H × W to C × height × width. */
  static Tensor resize(Tensor picture, int height, int width) {
    return alongColumns(alongRows(picture, width), height);
  }

  private static Tensor alongRows(Tensor picture, int width) {
    Shape shape = picture.shape();
    int old = shape.extent(2);
    Window[] windows = Window.all(old, width);
    return Tensor.generate(
        shape.with(2, width), i -> mean(picture, i / width * old, 1, windows[i % width]));
  }

  private static Tensor alongColumns(Tensor picture, int height) {
    Shape shape = picture.shape();
    int old = shape.extent(1);
    int width = shape.extent(2);
    Window[] windows = Window.all(old, height);
    return Tensor.generate(
        shape.with(1, height),
        i -> {
          int channel = i / (width * height);
          int start = channel * old * width + i % width;
          return mean(picture, start, width, windows[i / width % height]);
        });
  }

  /** Of the pixels of a line that one output pixel covers. */
  private static double mean(Tensor picture, int start, int stride, Window window) {
    double sum = 0;
    for (int x = window.begin(); x < window.end(); x++) {
      sum += picture.value(start + x * stride);
    }
    return Math.floor(sum / (window.end() - window.begin()) + 0.5);
  }

  /** The pixels that an output pixel covers. */
  private record Window(int begin, int end) {

    /**
     * Of one of {@code count} output pixels over a line of {@code old}. Where the centre of a pixel
     * lies on the border of two output pixels, the rounding of these very expressions decides, in
     * Pillow as here.
     */
    static Window of(int old, int position, int count) {
      double scale = (double) old / count;
      double width = Math.max(scale, 1);
      double centre = (position + 0.5) * scale;
      int begin = Math.max((int) (centre - width / 2 + 0.5), 0);
      int end = Math.min((int) (centre + width / 2 + 0.5), old);
      while ((begin - centre + 0.5) * (1 / width) <= -0.5) {
        begin++;
      }
      while ((end - 1 - centre + 0.5) * (1 / width) > 0.5) {
        end--;
      }
      return new Window(begin, end);
    }

    static Window[] all(int old, int count) {
      Window[] windows = new Window[count];
      Arrays.setAll(windows, position -> of(old, position, count));
      return windows;
    }
  }
}
