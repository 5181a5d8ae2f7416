package org.neuralharmonizer.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;

/**
 * The convolution trio of one group of channels, on dense arrays. Padding that differs between
 * sides is added before, or cut off after.
 */
final class Trio {
  private final Plan plan;
  private final Convolutions.Kind kind;
  private final WindowAxis rows;
  private final WindowAxis columns;

  Trio(Plan plan, Convolutions.Kind kind, ConvGeometry geometry) {
    this.plan = plan;
    this.kind = kind;
    this.rows = geometry.rows();
    this.columns = geometry.columns();
  }

  void output(INDArray x, INDArray w, INDArray y) {
    if (isPointwise()) {
      for (int image = 0; image < x.size(0); image++) {
        plan.product(Plan.Product.PLAIN, matrix(w), plane(x, image), plane(y, image));
      }
      return;
    }
    INDArray padded = padded(x);
    if (isFast()) {
      plan.custom("conv2d", numbers(), y, padded, w);
      return;
    }
    INDArray unfolded = unfolded(w, y);
    for (int image = 0; image < x.size(0); image++) {
      unfold(padded, image, unfolded);
      plan.product(Plan.Product.PLAIN, matrix(w), columnsOf(unfolded), plane(y, image));
    }
  }

  void input(INDArray y, INDArray w, INDArray x) {
    Plan.Product transposed = new Plan.Product(1, 0, 0);
    if (isPointwise()) {
      for (int image = 0; image < x.size(0); image++) {
        plan.product(transposed, matrix(w), plane(y, image), plane(x, image));
      }
      return;
    }
    INDArray reached = plan.scratch(x.size(0), x.size(1), reach(rows), reach(columns));
    if (isFast()) {
      plan.custom("deconv2d", numbersWithoutPadding(), reached, y, w);
    } else {
      INDArray unfolded = unfolded(w, y);
      for (int image = 0; image < x.size(0); image++) {
        plan.product(transposed, matrix(w), plane(y, image), columnsOf(unfolded));
        INDArray target = image(reached, image);
        plan.custom(
            "col2im",
            new int[] {
              rows.stride(),
              columns.stride(),
              0,
              0,
              reach(rows),
              reach(columns),
              rows.dilation(),
              columns.dilation(),
              0
            },
            target,
            unfolded);
      }
    }
    cut(reached, x);
  }

  void filter(INDArray x, INDArray y, INDArray w) {
    Plan.Product added = new Plan.Product(0, 1, 1);
    plan.fill(w, 0);
    if (isPointwise()) {
      for (int image = 0; image < x.size(0); image++) {
        plan.product(added, plane(y, image), plane(x, image), matrix(w));
      }
      return;
    }
    INDArray padded = padded(x);
    if (isFast() && rows.stride() == 1 && columns.stride() == 1) {
      filterAsOutput(padded, y, w);
      return;
    }
    INDArray unfolded = unfolded(w, y);
    for (int image = 0; image < x.size(0); image++) {
      unfold(padded, image, unfolded);
      plan.product(added, plane(y, image), columnsOf(unfolded), matrix(w));
    }
  }

  /**
   * With images and channels exchanged, the gradient by the filter is itself a convolution: of the
   * input by the output, whose windows are the filter's taps.
   */
  private void filterAsOutput(INDArray x, INDArray y, INDArray w) {
    INDArray images = plan.scratch(x.size(1), x.size(0), x.size(2), x.size(3));
    INDArray filters = plan.scratch(y.size(1), y.size(0), y.size(2), y.size(3));
    INDArray taps = plan.scratch(w.size(1), w.size(0), w.size(2), w.size(3));
    plan.copy(exchanged(x), images);
    plan.copy(exchanged(y), filters);
    int down = isEven() ? rows.before() : 0;
    int across = isEven() ? columns.before() : 0;
    int[] numbers = {(int) y.size(2), (int) y.size(3), 1, 1, down, across, 1, 1, 0, 0, 1};
    plan.custom("conv2d", numbers, taps, images, filters);
    plan.copy(exchanged(taps), w);
  }

  /** The two outer axes in the other order. */
  private static INDArray exchanged(INDArray x) {
    int[] extents = {(int) x.size(1), (int) x.size(0), (int) x.size(2), (int) x.size(3)};
    int plane = extents[2] * extents[3];
    int[] strides = {plane, extents[0] * plane, extents[3], 1};
    return Views.part(x, 0, extents, strides);
  }

  /** oneDNN refuses dilated convolutions in this version. */
  private boolean isFast() {
    return kind == Convolutions.Kind.FAST && rows.dilation() == 1 && columns.dilation() == 1;
  }

  private boolean isPointwise() {
    return isPointwise(rows) && isPointwise(columns);
  }

  private static boolean isPointwise(WindowAxis axis) {
    return axis.kernel() == 1 && axis.stride() == 1 && axis.before() == 0 && axis.after() == 0;
  }

  /** Kernel, stride, padding, dilation, explicit padding, channels first, filters O × C × h × w. */
  private int[] numbers() {
    int down = isEven() ? rows.before() : 0;
    int across = isEven() ? columns.before() : 0;
    return new int[] {
      rows.kernel(), columns.kernel(), rows.stride(), columns.stride(), down, across, 1, 1, 0, 0, 1
    };
  }

  private int[] numbersWithoutPadding() {
    return new int[] {
      rows.kernel(), columns.kernel(), rows.stride(), columns.stride(), 0, 0, 1, 1, 0, 0, 1
    };
  }

  private boolean isEven() {
    return rows.before() == rows.after() && columns.before() == columns.after();
  }

  /** With zeros around it, where padding is not alike on both sides. */
  private INDArray padded(INDArray x) {
    if (isEven()) {
      return x;
    }
    INDArray padded =
        plan.scratch(
            x.size(0),
            x.size(1),
            x.size(2) + rows.before() + rows.after(),
            x.size(3) + columns.before() + columns.after());
    plan.fill(padded, 0);
    plan.copy(x, inside(padded, rows.before(), columns.before(), x.size(2), x.size(3)));
    return padded;
  }

  private static INDArray inside(INDArray whole, int row, int column, long height, long width) {
    int[] extents = {(int) whole.size(0), (int) whole.size(1), (int) height, (int) width};
    int[] strides =
        Views.strides(
            new int[] {
              (int) whole.size(0), (int) whole.size(1), (int) whole.size(2), (int) whole.size(3)
            });
    return Views.part(whole, row * strides[2] + column, extents, strides);
  }

  /** Positions that the windows read, padding included. */
  private static int reach(WindowAxis axis) {
    return (axis.outputs() - 1) * axis.stride() + (axis.kernel() - 1) * axis.dilation() + 1;
  }

  /** The input among the positions that the windows read; what they do not read is 0. */
  private void cut(INDArray reached, INDArray x) {
    long height = Math.min(x.size(2), reached.size(2) - rows.before());
    long width = Math.min(x.size(3), reached.size(3) - columns.before());
    if (height < x.size(2) || width < x.size(3)) {
      plan.fill(x, 0);
    }
    if (height > 0 && width > 0) {
      plan.copy(
          inside(reached, rows.before(), columns.before(), height, width),
          inside(x, 0, 0, height, width));
    }
  }

  private INDArray unfolded(INDArray w, INDArray y) {
    return plan.scratch(1, w.size(1), w.size(2), w.size(3), y.size(2), y.size(3));
  }

  private void unfold(INDArray x, int image, INDArray unfolded) {
    int down = isEven() ? rows.before() : 0;
    int across = isEven() ? columns.before() : 0;
    plan.custom(
        "im2col",
        new int[] {
          rows.kernel(),
          columns.kernel(),
          rows.stride(),
          columns.stride(),
          down,
          across,
          rows.dilation(),
          columns.dilation(),
          0
        },
        unfolded,
        image(x, image));
  }

  private static INDArray columnsOf(INDArray unfolded) {
    int depth = (int) (unfolded.size(1) * unfolded.size(2) * unfolded.size(3));
    return Views.reshaped(unfolded, depth, (int) (unfolded.size(4) * unfolded.size(5)));
  }

  private static INDArray image(INDArray x, int image) {
    int[] extents = {1, (int) x.size(1), (int) x.size(2), (int) x.size(3)};
    return Views.part(x, image * Views.size(extents), extents, Views.strides(extents));
  }

  private static INDArray plane(INDArray x, int image) {
    int[] extents = {(int) x.size(1), (int) (x.size(2) * x.size(3))};
    return Views.part(x, image * Views.size(extents), extents, Views.strides(extents));
  }

  private static INDArray matrix(INDArray w) {
    return Views.reshaped(w, (int) w.size(0), (int) (w.size(1) * w.size(2) * w.size(3)));
  }
}
