package org.neuralharmonizer.expr;

import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * The convolution trio. With x the input, w the filter, y the output and ⟨·,·⟩ the sum of products,
 * all three are read off one trilinear form ⟨y, conv2d(x, w)⟩: each member computes the factor that
 * is left out. Hence each member's two transposes are the other two members, and three kernels
 * serve derivatives of every order.
 *
 * <p>As in every deep-learning library this is cross-correlation: the filter is not flipped.
 */
public final class Convolution {
  private Convolution() {}

  /** The output y from (x, w). */
  public record Conv2d(ConvGeometry geometry) implements Primitive.Bilinear {
    @Override
    public Code code() {
      return Code.CONV2D;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape x = input(code(), geometry, inputs.get(0));
      Shape w = filter(code(), geometry, inputs.get(1));
      checkChannels(code(), geometry, x, w);
      return output(geometry, x.extent(0), w.extent(0));
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return input == 0
          ? Expr.of(new Conv2dInput(geometry), cotangent, result.inputs().get(1))
          : Expr.of(new Conv2dFilter(geometry), result.inputs().get(0), cotangent);
    }
  }

  /** The input x from (y, w): the gradient of a convolution by its input. */
  public record Conv2dInput(ConvGeometry geometry) implements Primitive.Bilinear {
    @Override
    public Code code() {
      return Code.CONV2D_INPUT;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape w = filter(code(), geometry, inputs.get(1));
      Shape y = inputs.get(0);
      checkOutput(code(), geometry, y, w.extent(0));
      return Shape.of(
          y.extent(0),
          w.extent(1) * geometry.groups(),
          geometry.rows().extent(),
          geometry.columns().extent());
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return input == 0
          ? Expr.of(new Conv2d(geometry), cotangent, result.inputs().get(1))
          : Expr.of(new Conv2dFilter(geometry), cotangent, result.inputs().get(0));
    }
  }

  /** The filter w from (x, y): the gradient of a convolution by its filter. */
  public record Conv2dFilter(ConvGeometry geometry) implements Primitive.Bilinear {
    @Override
    public Code code() {
      return Code.CONV2D_FILTER;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape x = input(code(), geometry, inputs.get(0));
      Shape y = inputs.get(1);
      if (y.rank() == 4) {
        checkOutput(code(), geometry, y, y.extent(1));
      }
      if (y.rank() != 4 || x.extent(0) != y.extent(0) || y.extent(1) % geometry.groups() != 0) {
        throw new ShapeException(
            "conv2d filter: input "
                + x
                + " and output "
                + y
                + " do not belong together at "
                + geometry.groups()
                + " groups");
      }
      return Shape.of(
          y.extent(1),
          x.extent(1) / geometry.groups(),
          geometry.rows().kernel(),
          geometry.columns().kernel());
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return input == 0
          ? Expr.of(new Conv2dInput(geometry), result.inputs().get(1), cotangent)
          : Expr.of(new Conv2d(geometry), result.inputs().get(0), cotangent);
    }
  }

  private static Shape input(Code code, ConvGeometry geometry, Shape x) {
    if (x.rank() != 4
        || x.extent(2) != geometry.rows().extent()
        || x.extent(3) != geometry.columns().extent()) {
      throw new ShapeException(
          "%s: input is %s, the geometry expects N × C × %d × %d"
              .formatted(code.word(), x, geometry.rows().extent(), geometry.columns().extent()));
    }
    if (x.extent(1) % geometry.groups() != 0) {
      throw new ShapeException(
          "%s: %d input channels do not divide into %d groups (input %s)"
              .formatted(code.word(), x.extent(1), geometry.groups(), x));
    }
    return x;
  }

  private static Shape filter(Code code, ConvGeometry geometry, Shape w) {
    if (w.rank() != 4
        || w.extent(2) != geometry.rows().kernel()
        || w.extent(3) != geometry.columns().kernel()) {
      throw new ShapeException(
          "%s: filter is %s, the geometry expects O × C/groups × %d × %d"
              .formatted(code.word(), w, geometry.rows().kernel(), geometry.columns().kernel()));
    }
    if (w.extent(0) % geometry.groups() != 0) {
      throw new ShapeException(
          "%s: %d filters do not divide into %d groups (filter %s)"
              .formatted(code.word(), w.extent(0), geometry.groups(), w));
    }
    return w;
  }

  private static void checkChannels(Code code, ConvGeometry geometry, Shape x, Shape w) {
    int expected = w.extent(1) * geometry.groups();
    if (x.extent(1) != expected) {
      throw new ShapeException(
          "%s: input has %d channels, filter expects %d (input %s, filter %s, groups %d)"
              .formatted(code.word(), x.extent(1), expected, x, w, geometry.groups()));
    }
  }

  private static void checkOutput(Code code, ConvGeometry geometry, Shape y, int filters) {
    if (y.rank() != 4 || !y.equals(output(geometry, y.extent(0), filters))) {
      throw new ShapeException(
          "%s: output is %s, the geometry and filter expect N × %d × %d × %d"
              .formatted(
                  code.word(),
                  y,
                  filters,
                  geometry.rows().outputs(),
                  geometry.columns().outputs()));
    }
  }

  private static Shape output(ConvGeometry geometry, int images, int filters) {
    return Shape.of(images, filters, geometry.rows().outputs(), geometry.columns().outputs());
  }
}
