package org.neuralharmonizer.nd4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums as products with ones: ND4J's own reductions add one float after another, which is slow and
 * stops counting at 2²⁴.
 */
final class Sums {
  /** Longer sums are made of sums: a product may add one number after another. */
  private static final int LONGEST = 128;

  private final Plan plan;
  private final Map<Integer, INDArray> ones = new HashMap<>();

  Sums(Plan plan) {
    this.plan = plan;
  }

  /** The sum over outer and inner of dense [outer, count, inner], into count numbers. */
  void around(INDArray x, int outer, int count, int inner, INDArray result) {
    if (inner > LONGEST) {
      int block = block(inner);
      int blocks = (inner + block - 1) / block;
      INDArray whole = whole(x, outer * count, inner, blocks * block);
      INDArray parts = plan.scratch(outer * (long) count * blocks);
      around(whole, 1, outer * count * blocks, block, parts);
      around(parts, outer, count, blocks, result);
      return;
    }
    INDArray rows = inner == 1 ? x : plan.scratch(outer * (long) count, 1);
    if (inner > 1) {
      INDArray target = outer == 1 ? Views.reshaped(result, count, 1) : rows;
      plan.product(
          Plan.Product.PLAIN, Views.reshaped(x, outer * count, inner), ones(inner, 1), target);
      if (outer == 1) {
        return;
      }
    }
    if (outer == 1) {
      plan.copy(Views.reshaped(x, count), Views.reshaped(result, count));
      return;
    }
    plan.product(
        Plan.Product.PLAIN,
        ones(1, outer),
        Views.reshaped(rows, outer, count),
        Views.reshaped(result, 1, count));
  }

  /** A divisor of the length that is neither small nor large, or a length for blocks with zeros. */
  private static int block(int length) {
    for (int block = LONGEST; block >= LONGEST / 8; block--) {
      if (length % block == 0) {
        return block;
      }
    }
    return LONGEST;
  }

  /** Rows filled up with zeros, if they are to be longer. */
  private INDArray whole(INDArray rows, int count, int length, int room) {
    if (length == room) {
      return rows;
    }
    INDArray filled = plan.scratch(count, room);
    plan.fill(filled, 0);
    plan.copy(
        Views.reshaped(rows, count, length),
        Views.part(filled, 0, new int[] {count, length}, new int[] {room, 1}));
    return filled;
  }

  /** The sum over some axes of a dense array. */
  void over(INDArray x, int[] extents, List<Integer> axes, INDArray result) {
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < extents.length; axis++) {
      if (!axes.contains(axis) && extents[axis] > 1) {
        kept.add(axis);
      }
    }
    int count = kept.stream().mapToInt(axis -> extents[axis]).reduce(1, (a, b) -> a * b);
    int size = Views.size(extents);
    int first = kept.isEmpty() ? 0 : kept.get(0);
    int last = kept.isEmpty() ? -1 : kept.get(kept.size() - 1);
    int outer = product(extents, 0, first);
    int inner = kept.isEmpty() ? size : product(extents, last + 1, extents.length);
    if (outer * count * inner == size || kept.isEmpty()) {
      around(x, kept.isEmpty() ? 1 : outer, count, inner, result);
      return;
    }
    // Summed axes between kept ones: bring them to the end first.
    int[] order = new int[extents.length];
    int next = 0;
    for (int axis : kept) {
      order[next++] = axis;
    }
    for (int axis = 0; axis < extents.length; axis++) {
      if (!kept.contains(axis)) {
        order[next++] = axis;
      }
    }
    int[] moved = new int[order.length];
    int[] strides = new int[order.length];
    int[] own = Views.strides(extents);
    for (int i = 0; i < order.length; i++) {
      moved[i] = extents[order[i]];
      strides[i] = own[order[i]];
    }
    INDArray gathered = plan.scratch(Views.longs(moved));
    plan.copy(Views.part(x, 0, moved, strides), gathered);
    around(gathered, 1, count, size / count, result);
  }

  private static int product(int[] extents, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= extents[axis];
    }
    return product;
  }

  /** Constant for the life of the program; the longest serves all shorter ones. */
  private INDArray ones(int rows, int columns) {
    int length = rows * columns;
    INDArray line =
        ones.computeIfAbsent(
            Integer.highestOneBit(Math.max(1, length - 1)) << 1,
            room -> plan.storage().constant(Math.max(1, room), 1));
    return Views.of(line, 0, new int[] {rows, columns}, new int[] {columns, 1});
  }
}
