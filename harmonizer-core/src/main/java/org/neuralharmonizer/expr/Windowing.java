package org.neuralharmonizer.expr;

import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Windows that slide over the two innermost axes of N × C × H × W, channel by channel. Average
 * pooling is a window sum; max-pooling is the index of the largest element (discrete) and a gather
 * by that index (linear), so that both have derivatives of every order.
 */
public final class Windowing {
  private Windowing() {}

  /** Sums over windows; padding counts as 0. */
  public record WindowSum(WindowGeometry geometry) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.WINDOW_SUM;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return windows(geometry, spread(code(), geometry, inputs.get(0)));
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(new WindowSpread(geometry), cotangent);
    }
  }

  /** Adds each window's value to all positions it covers; transpose of {@link WindowSum}. */
  public record WindowSpread(WindowGeometry geometry) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.WINDOW_SPREAD;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return positions(geometry, windowed(code(), geometry, inputs.get(0)));
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(new WindowSum(geometry), cotangent);
    }
  }

  /**
   * The tap (row · kernel width + column) of each window's largest element: the first of equals,
   * the first NaN if there is one, never padding.
   */
  public record ArgMaxWindow(WindowGeometry geometry) implements Primitive.Discrete {
    @Override
    public Code code() {
      return Code.ARG_MAX_WINDOW;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return windows(geometry, spread(code(), geometry, inputs.get(0)));
    }
  }

  /** The element at a given tap of each window: operands x and taps. */
  public record GatherWindow(WindowGeometry geometry) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.GATHER_WINDOW;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape result = windows(geometry, spread(code(), geometry, inputs.get(0)));
      return same(code(), result, inputs.get(1));
    }

    @Override
    public boolean linearIn(int input) {
      return input == 0;
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(new ScatterWindow(geometry), cotangent, result.inputs().get(1));
    }
  }

  /** Adds each window's value at its tap: operands y and taps; transpose of a gather. */
  public record ScatterWindow(WindowGeometry geometry) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.SCATTER_WINDOW;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape y = windowed(code(), geometry, inputs.get(0));
      return positions(geometry, same(code(), y, inputs.get(1)));
    }

    @Override
    public boolean linearIn(int input) {
      return input == 0;
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(new GatherWindow(geometry), cotangent, result.inputs().get(1));
    }
  }

  private static Shape windows(WindowGeometry geometry, Shape x) {
    return x.with(2, geometry.rows().outputs()).with(3, geometry.columns().outputs());
  }

  private static Shape positions(WindowGeometry geometry, Shape y) {
    return y.with(2, geometry.rows().extent()).with(3, geometry.columns().extent());
  }

  private static Shape spread(Code code, WindowGeometry geometry, Shape x) {
    if (x.rank() != 4 || !x.equals(positions(geometry, x))) {
      throw new ShapeException(
          "%s: operand is %s, the windows slide over N × C × %d × %d"
              .formatted(code.word(), x, geometry.rows().extent(), geometry.columns().extent()));
    }
    return x;
  }

  private static Shape windowed(Code code, WindowGeometry geometry, Shape y) {
    if (y.rank() != 4 || !y.equals(windows(geometry, y))) {
      throw new ShapeException(
          "%s: operand is %s, there are N × C × %d × %d windows"
              .formatted(code.word(), y, geometry.rows().outputs(), geometry.columns().outputs()));
    }
    return y;
  }

  private static Shape same(Code code, Shape values, Shape taps) {
    if (!values.equals(taps)) {
      throw new ShapeException(
          code.word() + ": one tap per window is needed, windows " + values + ", taps " + taps);
    }
    return values;
  }
}
