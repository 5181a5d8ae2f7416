package org.neuralharmonizer.io.onnx;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Operators that take elements from other places: slices, gathers, padding. */
final class Positions {
  private static final int SLICE_BY_OPERANDS = 10;
  private static final int PAD_BY_OPERANDS = 11;

  private Positions() {}

  static final Map<String, Rule> RULES =
      Map.of(
          "Slice", Rule.one(Positions::slice),
          "Gather", Rule.one(Positions::gather),
          "Pad", Rule.one(Positions::pad));

  /** The positions of a list along an axis. */
  static Expr taken(Expr x, int axis, int... positions) {
    return gathered(x, axis, Expr.constant(list(positions)), Shape.of(positions.length));
  }

  private static Tensor list(int... positions) {
    return Tensor.generate(Shape.of(positions.length), i -> positions[i]);
  }

  /** Positions as an expression of rank 1, whose axis becomes those of a shape. */
  private static Expr gathered(Expr x, int axis, Expr positions, Shape shape) {
    int rank = x.shape().rank();
    int[] first =
        IntStream.range(0, rank).map(i -> i == 0 ? axis : i <= axis ? i - 1 : i).toArray();
    Expr rows = Expr.of(new Movement.GatherRows(), x.permute(first), positions);
    int[] back = IntStream.range(0, rank).map(i -> i == axis ? 0 : i < axis ? i + 1 : i).toArray();
    int[] outer = Arrays.copyOf(x.shape().extents(), axis);
    int[] inner = Arrays.copyOfRange(x.shape().extents(), axis + 1, rank);
    int[] extents =
        IntStream.of(outer.length, shape.rank(), inner.length).sum() == 0
            ? new int[0]
            : IntStream.concat(
                    IntStream.concat(Arrays.stream(outer), Arrays.stream(shape.extents())),
                    Arrays.stream(inner))
                .toArray();
    return rows.permute(back).reshape(extents);
  }

  private static Expr gather(Call call) {
    Expr x = call.x(0);
    int axis = call.axis(call.node().integer("axis", 0), x.shape().rank());
    Shape shape = call.shape(1);
    if (!call.operand(1).isKnown()) {
      return gathered(x, axis, call.x(1).reshape(shape.size()), shape);
    }
    int extent = x.shape().extent(axis);
    int[] positions = call.axes(call.integers(1), extent);
    if (shape.rank() == 0) {
      Expr one = Functions.slice(x, axis, positions[0], positions[0] + 1);
      return Broadcasts.without(one, axis);
    }
    return gathered(x, axis, Expr.constant(list(positions)), shape);
  }

  private static Expr slice(Call call) {
    Expr x = call.x(0);
    int rank = x.shape().rank();
    boolean byOperands = call.version() >= SLICE_BY_OPERANDS;
    int[] starts = byOperands ? call.integers(1) : call.node().integers("starts");
    int[] ends = byOperands ? call.integers(2) : call.node().integers("ends");
    int[] axes = byOperands && call.has(3) ? call.integers(3) : call.node().integers("axes");
    if (axes.length == 0) {
      axes = IntStream.range(0, starts.length).toArray();
    }
    int[] steps = byOperands && call.has(4) ? call.integers(4) : new int[0];
    for (int i = 0; i < starts.length; i++) {
      int axis = call.axis(axes[i], rank);
      x = slice(x, axis, starts[i], ends[i], steps.length == 0 ? 1 : steps[i]);
    }
    return x;
  }

  private static Expr slice(Expr x, int axis, int start, int end, int step) {
    int extent = x.shape().extent(axis);
    if (step == 0) {
      throw new UnsupportedNodeException("it slices in steps of 0");
    }
    if (step > 0) {
      int from = clamped(start, extent, 0, extent);
      int to = clamped(end, extent, 0, extent);
      int count = Math.max(0, -Math.floorDiv(from - to, step));
      Span[] spans = Arrays.stream(x.shape().extents()).mapToObj(Span::all).toArray(Span[]::new);
      spans[axis] = new Span(count == 0 ? 0 : from, step, count);
      return x.slice(spans);
    }
    int from = clamped(start, extent, -1, extent - 1);
    int to = clamped(end, extent, -1, extent - 1);
    int count = Math.max(0, -Math.floorDiv(from - to, step));
    return taken(x, axis, IntStream.range(0, count).map(i -> from + i * step).toArray());
  }

  private static int clamped(int position, int extent, int least, int most) {
    long counted = position < 0 ? (long) position + extent : position;
    return (int) Math.max(least, Math.min(most, counted));
  }

  private static Expr pad(Call call) {
    Expr x = call.x(0);
    int rank = x.shape().rank();
    OnnxNode node = call.node();
    boolean byOperands = call.version() >= PAD_BY_OPERANDS;
    int[] amounts =
        byOperands ? call.integers(1) : node.integers(node.has("pads") ? "pads" : "paddings");
    int[] axes =
        call.has(3) ? call.axes(call.integers(3), rank) : IntStream.range(0, rank).toArray();
    Expr value = Expr.literal(node.number("value", 0));
    if (byOperands && call.has(2)) {
      value = call.x(2).reshape(Shape.SCALAR);
    }
    if (amounts.length != 2 * axes.length) {
      throw new UnsupportedNodeException(
          "it pads by %d numbers, expected two for each of %d axes"
              .formatted(amounts.length, axes.length));
    }
    int[] before = new int[rank];
    int[] after = new int[rank];
    for (int i = 0; i < axes.length; i++) {
      before[axes[i]] = amounts[i];
      after[axes[i]] = amounts[axes.length + i];
    }
    String mode = node.text("mode", "constant");
    if (mode.equals("constant")) {
      return padded(x, before, after, value);
    }
    for (int axis = 0; axis < rank; axis++) {
      if (before[axis] != 0 || after[axis] != 0) {
        x = taken(x, axis, positions(mode, x.shape().extent(axis), before[axis], after[axis]));
      }
    }
    return x;
  }

  /** Negative amounts cut off. */
  private static Expr padded(Expr x, int[] before, int[] after, Expr value) {
    int[] extents = x.shape().extents();
    for (int axis = 0; axis < extents.length; axis++) {
      int from = Math.max(0, -before[axis]);
      int to = extents[axis] - Math.max(0, -after[axis]);
      if (to - from != extents[axis]) {
        x = Functions.slice(x, axis, from, to);
      }
    }
    int[] more = Arrays.stream(before).map(amount -> Math.max(0, amount)).toArray();
    int[] behind = Arrays.stream(after).map(amount -> Math.max(0, amount)).toArray();
    Expr padded = Functions.pad(x, more, behind);
    if (value.primitive() instanceof Leaves.Literal literal && literal.value() == 0) {
      return padded;
    }
    Expr inside = Functions.pad(Expr.filled(x.shape(), 1), more, behind);
    return Functions.select(inside, padded, value.broadcastTo(padded.shape()));
  }

  private static int[] positions(String mode, int extent, int before, int after) {
    return IntStream.range(-before, extent + after)
        .map(
            position ->
                switch (mode) {
                  case "edge" -> Math.max(0, Math.min(extent - 1, position));
                  case "wrap" -> Math.floorMod(position, extent);
                  case "reflect" -> reflected(position, extent);
                  default -> throw new UnsupportedNodeException("it pads by \"" + mode + "\"");
                })
        .toArray();
  }

  /** Without repeating the edge. */
  private static int reflected(int position, int extent) {
    int period = Math.max(1, 2 * (extent - 1));
    int within = Math.floorMod(position, period);
    return within < extent ? within : period - within;
  }
}
