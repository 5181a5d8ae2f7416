package org.neuralharmonizer.loss;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The Gaussian pyramid of the released code. Level 1 is the map; each further level is the one
 * before, filtered by the binomial [1 4 6 4 1] ⊗ [1 4 6 4 1] / 256 and sampled at every second
 * pixel, with TensorFlow's SAME padding by zeros. Hence ⌈n/2⌉ pixels follow n, an even extent is
 * padded by 1 before and 2 after, and borders lose weight to the padding. A single pixel stays one,
 * times 36/256.
 *
 * <p>Filtering is separable: along rows first, then along columns, which takes 3.75 multiply-adds
 * per pixel of the finer level where the square filter takes 6.25.
 *
 * @see <a href="https://doi.org/10.1109/TCOM.1983.1095851">Burt, Adelson: The Laplacian pyramid as
 *     a compact image code</a>
 */
public record GaussianPyramid() implements Pyramid {
  private static final int TAPS = 5;
  private static final int STRIDE = 2;
  private static final float[] BINOMIAL = {1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f};

  public static GaussianPyramid of() {
    return new GaussianPyramid();
  }

  @Override
  public List<Expr> levels(Expr maps, int count) {
    if (maps.shape().rank() != 3 || maps.shape().inner().size() == 0 || count < 1) {
      throw new ShapeException(
          "pyramid: maps are %s, levels %d — expected N × H × W and at least 1 level"
              .formatted(maps.shape(), count));
    }
    List<Expr> levels = new ArrayList<>();
    levels.add(maps);
    while (levels.size() < count) {
      levels.add(reduce(levels.get(levels.size() - 1)));
    }
    return levels;
  }

  /** The next coarser level. */
  static Expr reduce(Expr maps) {
    Shape shape = maps.shape();
    int height = shape.extent(1);
    int width = shape.extent(2);
    WindowAxis rows = WindowAxis.same(height, TAPS, STRIDE);
    WindowAxis columns = WindowAxis.same(width, TAPS, STRIDE);
    Expr images = maps.reshape(shape.extent(0), 1, height, width);
    Expr narrow = filter(images, 1, TAPS, WindowAxis.valid(height, 1, 1), columns);
    Expr small = filter(narrow, TAPS, 1, rows, WindowAxis.valid(columns.outputs(), 1, 1));
    return small.reshape(shape.extent(0), rows.outputs(), columns.outputs());
  }

  private static Expr filter(
      Expr images, int height, int width, WindowAxis rows, WindowAxis columns) {
    Expr weights = Expr.constant(Tensor.of(Shape.of(1, 1, height, width), BINOMIAL));
    return Functions.conv2d(
        images, weights, new ConvGeometry(new WindowGeometry(rows, columns), 1));
  }
}
