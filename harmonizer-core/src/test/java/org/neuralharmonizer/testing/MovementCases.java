package org.neuralharmonizer.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Sums over axes, repetitions, rearrangements and choices. */
final class MovementCases {
  /** Sums of up to 40,000 numbers, whose roundings of 6e-8 partly average out. */
  private static final double OF_SUMS = 4e-6;

  private MovementCases() {}

  static List<ConformanceCase> all() {
    return List.of(
        sums(), sumsInLoops(), broadcasts(), permutations(), slices(), concatenations(), rows());
  }

  private static ConformanceCase sums() {
    ConformanceCase each = new ConformanceCase("sums");
    int[][] shapes = {
      {3, 5, 4, 17},
      {2, 1, 70, 3},
      {40000},
      {2, 20000},
      {20000, 2},
      {7, 1, 300},
      {300, 1, 7},
      {1, 1, 1},
      {33, 65},
      {5, 1000, 3}
    };
    for (int[] shape : shapes) {
      Expr x = each.gaussian(shape);
      for (int chosen = 1; chosen < 1 << shape.length; chosen++) {
        int[] axes = chosen(chosen, shape.length);
        each.near(OF_SUMS, "sum of " + x.shape() + " over " + List.of(boxed(axes)), x.sum(axes));
      }
    }
    Expr nothing = each.gaussian(0, 3);
    each.exact("sum of nothing", nothing.sum(0));
    each.exact("sum to nothing", nothing.sum(1));
    return each;
  }

  /** Sums of long and short runs of what one loop computes, without and with the value itself. */
  private static ConformanceCase sumsInLoops() {
    ConformanceCase each = new ConformanceCase("sums in loops");
    int[][] shapes = {
      {4, 6, 32, 33},
      {2, 3, 4, 5},
      {3, 700},
      {70, 90},
      {1, 9, 40},
      {8, 1, 17, 16},
      {1100, 32},
      // Two sums of very many parts each.
      {1100, 2, 32}
    };
    for (int[] shape : shapes) {
      Expr x = each.gaussian(shape);
      Expr y = x.tanh().times(each.gaussian(shape)).exp();
      for (int chosen = 1; chosen < 1 << shape.length; chosen++) {
        int[] axes = chosen(chosen, shape.length);
        String what = " of " + x.shape() + " over " + List.of(boxed(axes));
        each.near(OF_SUMS, "sum in a loop" + what, y.sum(axes));
        each.near(OF_SUMS, "sum of squares" + what, x.squared().times(0.1).sum(axes));
        each.near(OF_SUMS, "deviation" + what, Functions.varianceKeeping(y, axes).sqrt());
      }
      each.near(OF_SUMS, "value itself of " + x.shape(), y);
    }
    return each;
  }

  private static ConformanceCase broadcasts() {
    ConformanceCase each = new ConformanceCase("broadcasts");
    Shape target = Shape.of(3, 4, 5, 6);
    Expr other = each.gaussian(target.extents());
    for (int chosen = 0; chosen < 1 << target.rank(); chosen++) {
      int[] extents = target.extents();
      for (int axis : chosen(chosen, target.rank())) {
        extents[axis] = 1;
      }
      addBroadcast(each, each.gaussian(extents), other);
    }
    addBroadcast(each, each.gaussian(), other);
    addBroadcast(each, each.gaussian(6), other);
    addBroadcast(each, each.gaussian(1), other);
    addBroadcast(each, each.gaussian(4, 1, 6), other);
    addBroadcast(each, each.gaussian(1, 6), other);
    addBroadcast(each, each.gaussian(5, 1), each.gaussian(2, 1, 5, 70));
    addBroadcast(each, each.gaussian(1, 1), each.gaussian(0, 3));
    return each;
  }

  private static void addBroadcast(ConformanceCase each, Expr x, Expr other) {
    String what = " " + x.shape() + " to " + other.shape();
    each.exact("broadcast" + what, x.broadcastTo(other.shape()));
    each.exact("repeated operand" + what, x.times(other));
    each.within(4, "repeated function" + what, x.exp().times(other));
  }

  private static ConformanceCase permutations() {
    ConformanceCase each = new ConformanceCase("permutations");
    SeededRandom random = each.random();
    int[][] shapes = {
      {5, 7}, {70, 90}, {2, 3, 4}, {3, 70, 90}, {1, 33, 1}, {2, 3, 4, 5}, {4, 33, 1, 32}
    };
    for (int[] shape : shapes) {
      Expr x = each.gaussian(shape);
      for (int[] order : orders(shape.length)) {
        addPermutation(each, x, order);
      }
    }
    for (int i = 0; i < 12; i++) {
      int[] shape = IntStream.range(0, 5).map(axis -> 1 + random.nextInt(6)).toArray();
      addPermutation(each, each.gaussian(shape), random.permutation(5));
    }
    Expr x = each.gaussian(2, 12, 10);
    each.exact("permuted, then reshaped", x.permute(2, 0, 1).reshape(4, 60).permute(1, 0));
    return each;
  }

  private static void addPermutation(ConformanceCase each, Expr x, int[] order) {
    each.exact("permute " + x.shape() + " to " + List.of(boxed(order)), x.permute(order));
  }

  private static List<int[]> orders(int rank) {
    List<int[]> orders = new ArrayList<>(List.of(new int[0]));
    for (int place = 0; place < rank; place++) {
      List<int[]> longer = new ArrayList<>();
      for (int[] order : orders) {
        for (int axis = 0; axis < rank; axis++) {
          int next = axis;
          if (IntStream.of(order).noneMatch(used -> used == next)) {
            longer.add(IntStream.concat(IntStream.of(order), IntStream.of(next)).toArray());
          }
        }
      }
      orders = longer;
    }
    return orders;
  }

  private static ConformanceCase slices() {
    ConformanceCase each = new ConformanceCase("slices and paddings");
    SeededRandom random = each.random();
    for (int trial = 0; trial < 30; trial++) {
      int[] extents =
          IntStream.rangeClosed(0, trial % 5).map(axis -> 1 + random.nextInt(9)).toArray();
      List<Span> spans = new ArrayList<>();
      for (int extent : extents) {
        int start = random.nextInt(extent);
        int step = 1 + random.nextInt(3);
        spans.add(new Span(start, step, 1 + random.nextInt((extent - 1 - start) / step + 1)));
      }
      Expr x = each.gaussian(extents);
      each.exact("slice %s of %s".formatted(spans, x.shape()), x.slice(spans.toArray(Span[]::new)));
      Expr piece = each.gaussian(spans.stream().mapToInt(Span::count).toArray());
      each.exact(
          "pad %s to %s".formatted(spans, x.shape()),
          Expr.of(new Movement.Pad(spans, x.shape()), piece));
    }
    Expr x = each.gaussian(3, 50, 60);
    each.exact("cropped", Functions.slice(Functions.slice(x, 1, 3, 44), 2, 5, 60));
    each.exact("framed", Functions.pad(x, new int[] {0, 2, 1}, new int[] {1, 0, 3}));
    each.exact("slice of nothing", x.slice(Span.all(3), new Span(0, 1, 0), Span.all(60)));
    return each;
  }

  private static ConformanceCase concatenations() {
    ConformanceCase each = new ConformanceCase("concatenations");
    for (int axis = 0; axis < 4; axis++) {
      Expr a = each.gaussian(Shape.of(2, 3, 4, 5).with(axis, 1).extents());
      Expr b = each.gaussian(Shape.of(2, 3, 4, 5).with(axis, 7).extents());
      each.exact("concat along " + axis, Functions.concat(axis, a, b, a, a.times(0.5)));
    }
    Expr[] many = IntStream.range(1, 13).mapToObj(i -> each.gaussian(3, i)).toArray(Expr[]::new);
    each.exact("concat of twelve", Functions.concat(1, many));
    return each;
  }

  private static ConformanceCase rows() {
    ConformanceCase each = new ConformanceCase("rows and largest elements");
    int[][] shapes = {{7}, {5, 3}, {6, 2, 5}, {300, 70}, {4, 1, 3, 2}};
    for (int[] shape : shapes) {
      Expr x = each.gaussian(shape);
      Expr index = each.whole(shape[0], 9);
      Expr gathered = Expr.of(new Movement.GatherRows(), x, index);
      each.exact("gather rows of " + x.shape(), gathered);
      Expr rows = each.gaussian(gathered.shape().extents());
      Expr target = each.whole(4, 9);
      each.near(
          OF_SUMS,
          "scatter rows into 4 of " + x.shape(),
          Expr.of(new Movement.ScatterRows(4), rows, target));
    }
    int[][] ranked = {{1}, {9}, {4, 1}, {3, 10}, {2, 3, 17}, {5, 1000}, {300, 2}};
    for (int[] shape : ranked) {
      Expr ties = each.whole(4, shape);
      each.exact("arg max with ties in " + ties.shape(), Expr.of(new Comparison.ArgMax(), ties));
      Expr broken =
          each.input(
              Tensor.generate(
                  Shape.of(shape),
                  i -> {
                    int draw = each.random().nextInt(9);
                    return draw == 0 ? Double.NaN : draw == 1 ? Double.NEGATIVE_INFINITY : -draw;
                  }));
      each.exact("arg max with NaN in " + ties.shape(), Expr.of(new Comparison.ArgMax(), broken));
    }
    return each;
  }

  private static int[] chosen(int bits, int rank) {
    return IntStream.range(0, rank).filter(axis -> (bits >> axis & 1) == 1).toArray();
  }

  private static Integer[] boxed(int[] values) {
    return IntStream.of(values).boxed().toArray(Integer[]::new);
  }
}
