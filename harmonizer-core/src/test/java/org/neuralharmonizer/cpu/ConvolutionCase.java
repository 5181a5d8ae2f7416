package org.neuralharmonizer.cpu;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/** One random problem; operands begin at an offset and results are followed by a guard. */
final class ConvolutionCase {
  static final int GUARD = 3;

  final ConvGeometry geometry;
  final int images;
  final int channels;
  final int filters;
  final float[] x;
  final float[] w;
  final float[] y;

  ConvolutionCase(
      SplittableRandom random, ConvGeometry geometry, int images, int channels, int filters) {
    this.geometry = geometry;
    this.images = images;
    this.channels = channels;
    this.filters = filters;
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    x = values(random, images * channels * rows.extent() * columns.extent());
    w = values(random, filters * channels / geometry.groups() * geometry.window().taps());
    y = values(random, images * filters * rows.outputs() * columns.outputs());
  }

  private static float[] values(SplittableRandom random, int size) {
    return Samples.uniform(random, size + 2 * GUARD);
  }

  /** A third each: one group, one channel per group with a multiplier, groups of several. */
  static ConvolutionCase random(SplittableRandom random, int extent) {
    int kind = random.nextInt(3);
    int groups = kind == 0 ? 1 : 1 + random.nextInt(4);
    int channels = kind == 1 ? groups : groups * (1 + random.nextInt(5));
    int filters = groups * (1 + random.nextInt(5));
    WindowGeometry window = Geometries.window(random, extent);
    return new ConvolutionCase(
        random, new ConvGeometry(window, groups), 1 + random.nextInt(3), channels, filters);
  }

  void run(Convolutions convolutions, int member, float[] result) {
    if (member == 0) {
      convolutions
          .conv2d(x, GUARD, w, GUARD, result, GUARD, images, channels, filters, geometry)
          .run();
    } else if (member == 1) {
      convolutions
          .conv2dInput(y, GUARD, w, GUARD, result, GUARD, images, channels, filters, geometry)
          .run();
    } else {
      convolutions
          .conv2dFilter(x, GUARD, y, GUARD, result, GUARD, images, channels, filters, geometry)
          .run();
    }
  }

  float[] resultOf(int member) {
    float[] result = (member == 0 ? y : member == 1 ? x : w).clone();
    Arrays.fill(result, GUARD, result.length - GUARD, Float.NaN);
    return result;
  }

  /** The trio is one sum of products x · w · y; which index stays free names the member. */
  Reference expected(int member) {
    Reference expected = new Reference(resultOf(member).length - 2 * GUARD);
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    int perGroup = channels / geometry.groups();
    int outputs = rows.outputs() * columns.outputs();
    for (int i = 0; i < images * filters * outputs; i++) {
      int filter = i / outputs % filters;
      int image = i / outputs / filters;
      int group = filter / (filters / geometry.groups());
      for (int c = 0; c < perGroup; c++) {
        for (int t = 0; t < geometry.window().taps(); t++) {
          int row = rows.position(i % outputs / columns.outputs(), t / columns.kernel());
          int column = columns.position(i % columns.outputs(), t % columns.kernel());
          if (row >= 0 && row < rows.extent() && column >= 0 && column < columns.extent()) {
            int plane = image * channels + group * perGroup + c;
            int at = (plane * rows.extent() + row) * columns.extent() + column;
            int weight = (filter * perGroup + c) * geometry.window().taps() + t;
            add(expected, member, at, weight, i);
          }
        }
      }
    }
    return expected;
  }

  private void add(Reference expected, int member, int at, int weight, int output) {
    if (member == 0) {
      expected.add(output, x[GUARD + at], w[GUARD + weight]);
    } else if (member == 1) {
      expected.add(at, y[GUARD + output], w[GUARD + weight]);
    } else {
      expected.add(weight, x[GUARD + at], y[GUARD + output]);
    }
  }

  @Override
  public String toString() {
    return "%d images, %d channels, %d filters, %s".formatted(images, channels, filters, geometry);
  }

  static ConvolutionCase layer(
      SplittableRandom random,
      int images,
      int channels,
      int filters,
      int extent,
      int kernel,
      int stride,
      int padding,
      int groups) {
    WindowAxis axis = WindowAxis.padded(extent, kernel, stride, padding, padding);
    ConvGeometry geometry = new ConvGeometry(new WindowGeometry(axis, axis), groups);
    return new ConvolutionCase(random, geometry, images, channels, filters);
  }

  /** A window of one row, whose planes are cut into bands. */
  static ConvolutionCase rowFilter(
      SplittableRandom random, int images, int channels, int height, int width, int stride) {
    WindowAxis rows = WindowAxis.valid(height, 1, 1);
    WindowGeometry window = new WindowGeometry(rows, WindowAxis.same(width, 5, stride));
    ConvGeometry geometry = new ConvGeometry(window, channels);
    return new ConvolutionCase(random, geometry, images, channels, channels);
  }
}
