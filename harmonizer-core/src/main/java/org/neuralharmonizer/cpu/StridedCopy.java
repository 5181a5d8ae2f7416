package org.neuralharmonizer.cpu;

import java.util.Arrays;

/**
 * A copy by strides with as few axes as describe it, cut into blocks: the innermost axis, or a tile
 * of two axes where the input runs along another axis than the output.
 */
final class StridedCopy {

  private static final int TILE = 32;

  private final int[] shape;
  private final int[] from;
  private final int[] to;

  /** How many of the axes, from the first, number the blocks. */
  private final int outer;

  private StridedCopy(int[] shape, int[] from, int[] to, int outer) {
    this.shape = shape;
    this.from = from;
    this.to = to;
    this.outer = outer;
  }

  static StridedCopy of(int[] shape, int[] from, int[] to) {
    int[] extents = new int[shape.length + 1];
    int[] sources = new int[shape.length + 1];
    int[] targets = new int[shape.length + 1];
    int rank = 0;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 1) {
        continue;
      }
      int last = rank - 1;
      boolean joins =
          rank > 0 && sources[last] == from[i] * shape[i] && targets[last] == to[i] * shape[i];
      int at = joins ? last : rank++;
      extents[at] = joins ? extents[at] * shape[i] : shape[i];
      sources[at] = from[i];
      targets[at] = to[i];
    }
    if (rank == 0) {
      extents[0] = 1;
      rank = 1;
    }
    return transposed(
        Arrays.copyOf(extents, rank), Arrays.copyOf(sources, rank), Arrays.copyOf(targets, rank));
  }

  /** Where the input is contiguous along another axis, that axis joins the innermost in tiles. */
  private static StridedCopy transposed(int[] shape, int[] from, int[] to) {
    int last = shape.length - 1;
    if (Math.abs(from[last]) > 1) {
      for (int axis = 0; axis < last; axis++) {
        if (from[axis] == 1) {
          moveBeforeLast(shape, axis);
          moveBeforeLast(from, axis);
          moveBeforeLast(to, axis);
          return new StridedCopy(shape, from, to, last - 1);
        }
      }
    }
    return new StridedCopy(shape, from, to, last);
  }

  private static void moveBeforeLast(int[] values, int axis) {
    int moved = values[axis];
    int last = values.length - 1;
    System.arraycopy(values, axis + 1, values, axis, last - 1 - axis);
    values[last - 1] = moved;
  }

  /** Zero if any extent is. */
  int blocks() {
    int blocks = 1;
    for (int axis = 0; axis < outer; axis++) {
      blocks *= shape[axis];
    }
    return blocks;
  }

  int innerElements() {
    int elements = 1;
    for (int axis = outer; axis < shape.length; axis++) {
      elements *= shape[axis];
    }
    return Math.max(1, elements);
  }

  void run(int block, float[] x, int xo, float[] out, int oo) {
    int source = xo;
    int target = oo;
    int rest = block;
    for (int axis = outer - 1; axis >= 0; axis--) {
      int index = rest % shape[axis];
      rest /= shape[axis];
      source += index * from[axis];
      target += index * to[axis];
    }
    if (shape.length - outer == 2) {
      copyTiles(x, source, out, target);
    } else {
      copyRun(x, source, from[outer], out, target, to[outer], shape[outer]);
    }
  }

  private static void copyRun(
      float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    if (outStep == 1 && xStep == 1) {
      System.arraycopy(x, xo, out, oo, n);
    } else if (outStep == 1 && xStep == 0) {
      Arrays.fill(out, oo, oo + n, x[xo]);
    } else {
      for (int i = 0; i < n; i++) {
        out[oo + i * outStep] = x[xo + i * xStep];
      }
    }
  }

  /** Tiles whose lines, read across and written along, stay in the first cache. */
  private void copyTiles(float[] x, int xo, float[] out, int oo) {
    int rows = shape[outer];
    int columns = shape[outer + 1];
    for (int row = 0; row < rows; row += TILE) {
      int rowEnd = Math.min(rows, row + TILE);
      for (int column = 0; column < columns; column += TILE) {
        int count = Math.min(columns, column + TILE) - column;
        for (int i = row; i < rowEnd; i++) {
          copyRun(
              x,
              xo + i + column * from[outer + 1],
              from[outer + 1],
              out,
              oo + i * to[outer] + column * to[outer + 1],
              to[outer + 1],
              count);
        }
      }
    }
  }
}
