package org.neuralharmonizer.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** Elements repeated, rearranged, embedded or picked, never computed with. */
public final class Movement {
  private Movement() {}

  /**
   * Repeats along axes of extent 1 and along new outer axes; axes are matched from the innermost
   * outwards, as in NumPy.
   */
  public record Broadcast(Shape target) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.BROADCAST;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape source = inputs.get(0);
      boolean fits = source.rank() <= target.rank();
      for (int axis = 1; fits && axis <= source.rank(); axis++) {
        fits = source.extent(-axis) == 1 || source.extent(-axis) == target.extent(-axis);
      }
      if (!fits) {
        throw new ShapeException(
            "broadcast: shape "
                + source
                + " does not repeat to "
                + target
                + " — axes must agree or be 1, counted from the innermost");
      }
      return target;
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      Shape source = result.inputs().get(0).shape();
      int added = target.rank() - source.rank();
      List<Integer> repeated = new ArrayList<>();
      for (int axis = 0; axis < target.rank(); axis++) {
        if (axis < added || (source.extent(axis - added) == 1 && target.extent(axis) != 1)) {
          repeated.add(axis);
        }
      }
      return Expr.of(new Reduction.Sum(repeated), cotangent).reshape(source);
    }
  }

  /** The same elements in row-major order under another shape. */
  public record Reshape(Shape target) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.RESHAPE;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      if (inputs.get(0).size() != target.size()) {
        throw new ShapeException(
            "reshape: "
                + inputs.get(0)
                + " has "
                + inputs.get(0).size()
                + " elements, "
                + target
                + " has "
                + target.size());
      }
      return target;
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return cotangent.reshape(result.inputs().get(0).shape());
    }
  }

  /**
   * Axes in another order: axis {@code i} of the result is axis {@code order.get(i)} of the
   * operand.
   */
  public record Permute(List<Integer> order) implements Primitive.Linear {
    public Permute {
      order = List.copyOf(order);
    }

    @Override
    public Code code() {
      return Code.PERMUTE;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape shape = inputs.get(0);
      if (order.size() != shape.rank()
          || !order.stream().sorted().toList().equals(identity(order.size()))) {
        throw new ShapeException(
            "permute: " + order + " is not an order of the axes of shape " + shape);
      }
      return Shape.of(order.stream().mapToInt(shape::extent).toArray());
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      int[] inverse = new int[order.size()];
      for (int axis = 0; axis < inverse.length; axis++) {
        inverse[order.get(axis)] = axis;
      }
      return cotangent.permute(inverse);
    }

    static List<Integer> identity(int rank) {
      List<Integer> axes = new ArrayList<>(rank);
      for (int axis = 0; axis < rank; axis++) {
        axes.add(axis);
      }
      return axes;
    }
  }

  /** The operand embedded into zeros at the given positions; transpose of {@link Slice}. */
  public record Pad(List<Span> spans, Shape target) implements Primitive.Linear {
    public Pad {
      spans = List.copyOf(spans);
    }

    @Override
    public Code code() {
      return Code.PAD;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      checkSpans(code(), spans, target);
      if (!counts(spans).equals(inputs.get(0))) {
        throw new ShapeException(
            "pad: shape " + inputs.get(0) + " does not fill the positions " + spans);
      }
      return target;
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(new Slice(spans), cotangent);
    }
  }

  /** The elements at the given positions, one span per axis. */
  public record Slice(List<Span> spans) implements Primitive.Linear {
    public Slice {
      spans = List.copyOf(spans);
    }

    @Override
    public Code code() {
      return Code.SLICE;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      checkSpans(code(), spans, inputs.get(0));
      return counts(spans);
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(new Pad(spans, result.inputs().get(0).shape()), cotangent);
    }

    /** Whether the elements are neighbours in a tensor of that shape, none of them left out. */
    public boolean isContiguous(Shape whole) {
      boolean isInside = false;
      for (int axis = 0; axis < spans.size(); axis++) {
        Span span = spans.get(axis);
        if (span.count() != whole.extent(axis) && isInside) {
          return false;
        }
        if (span.count() != 1) {
          isInside = true;
        }
        if (span.count() > 1 && span.step() != 1) {
          return false;
        }
      }
      return true;
    }

    /** The position of the first element in a tensor of that shape. */
    public int start(Shape whole) {
      int[] strides = whole.strides();
      int start = 0;
      for (int axis = 0; axis < strides.length; axis++) {
        start += spans.get(axis).start() * strides[axis];
      }
      return start;
    }
  }

  /** Operands one after another along an axis. */
  public record Concat(int axis) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.CONCAT;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape first = inputs.get(0);
      int extent = 0;
      for (Shape shape : inputs) {
        if (shape.rank() != first.rank() || !shape.with(axis, 1).equals(first.with(axis, 1))) {
          throw new ShapeException(
              "concat: shapes " + inputs + " may differ along axis " + axis + " only");
        }
        extent += shape.extent(axis);
      }
      return first.with(axis, extent);
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(new Slice(place(input, result)), cotangent);
    }

    @Override
    public Expr tangent(Expr result, List<@Nullable Expr> tangents) {
      if (!tangents.contains(null)) {
        return Expr.of(this, Tangents.filled(this, result, tangents));
      }
      Expr sum = null;
      for (int i = 0; i < tangents.size(); i++) {
        Expr tangent = tangents.get(i);
        if (tangent != null) {
          Expr placed = Expr.of(new Pad(place(i, result), result.shape()), tangent);
          sum = sum == null ? placed : sum.plus(placed);
        }
      }
      return Objects.requireNonNull(sum);
    }

    private List<Span> place(int input, Expr result) {
      int start = 0;
      for (int i = 0; i < input; i++) {
        start += result.inputs().get(i).shape().extent(axis);
      }
      List<Span> spans = new ArrayList<>();
      for (int extent : result.shape().extents()) {
        spans.add(Span.all(extent));
      }
      spans.set(axis, new Span(start, 1, result.inputs().get(input).shape().extent(axis)));
      return spans;
    }
  }

  /** Rows x[index]: operands n × … and m whole numbers, result m × …. */
  public record GatherRows() implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.GATHER_ROWS;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0).inner().within(indices(code(), inputs.get(1)));
    }

    @Override
    public boolean linearIn(int input) {
      return input == 0;
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      int rows = result.inputs().get(0).shape().extent(0);
      return Expr.of(new ScatterRows(rows), cotangent, result.inputs().get(1));
    }
  }

  /** Adds row i of the operand m × … to row index[i] of zeros n × …; transpose of a gather. */
  public record ScatterRows(int rows) implements Primitive.Linear {
    @Override
    public Code code() {
      return Code.SCATTER_ROWS;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      if (indices(code(), inputs.get(1)) != inputs.get(0).extent(0)) {
        throw new ShapeException("scatter rows: one index per row is needed, got " + inputs);
      }
      return inputs.get(0).with(0, rows);
    }

    @Override
    public boolean linearIn(int input) {
      return input == 0;
    }

    @Override
    public Expr transpose(int input, Expr result, Expr cotangent) {
      return Expr.of(new GatherRows(), cotangent, result.inputs().get(1));
    }
  }

  /**
   * The row that an index names, for backends that look at it.
   *
   * @param operation the word of the primitive
   * @param position of the index among its neighbours
   * @param rows how many there are
   * @throws ArrayIndexOutOfBoundsException if it names none
   */
  public static int row(String operation, float index, int position, int rows) {
    int row = (int) index;
    if (row != index || row < 0 || row >= rows) {
      throw new ArrayIndexOutOfBoundsException(
          "%s: index %s at position %d is not one of the %d rows — use whole numbers of 0 … %d"
              .formatted(operation, index, position, rows, rows - 1));
    }
    return row;
  }

  private static int indices(Code code, Shape index) {
    if (index.rank() != 1) {
      throw new ShapeException(code.word() + ": the index must have rank 1, not " + index);
    }
    return index.extent(0);
  }

  private static Shape counts(List<Span> spans) {
    return Shape.of(spans.stream().mapToInt(Span::count).toArray());
  }

  private static void checkSpans(Code code, List<Span> spans, Shape shape) {
    boolean fits = spans.size() == shape.rank();
    for (int axis = 0; fits && axis < spans.size(); axis++) {
      fits = spans.get(axis).fits(shape.extent(axis));
    }
    if (!fits) {
      throw new ShapeException(code.word() + ": positions " + spans + " leave shape " + shape);
    }
  }
}
