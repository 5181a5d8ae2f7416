package org.neuralharmonizer.cpu;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.neuralharmonizer.expr.Movement;

/**
 * Copies that change where elements lie: by strides, by rows, with padding. What depends on shapes
 * alone is settled when a kernel is made.
 */
final class Movements {

  private static final int ELEMENTS_PER_TASK = 1 << 16;

  private final Workers workers;
  private final Loops loops;

  Movements(Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
  }

  /**
   * Copies the element at each index of {@code shape} from where the first strides put it to where
   * the second do. A stride of 0 repeats an input; negative strides run backwards. Two indices must
   * not meet in the output.
   */
  Kernel copy(
      int[] shape, float[] x, int xo, int[] xStrides, float[] out, int oo, int[] outStrides) {
    StridedCopy copy = StridedCopy.of(shape, xStrides, outStrides);
    int perTask = Math.max(1, ELEMENTS_PER_TASK / copy.innerElements());
    int blocks = copy.blocks();
    int tasks = ProductPlan.ceiling(blocks, perTask);
    IntConsumer share =
        task -> {
          int end = Math.min(blocks, (task + 1) * perTask);
          for (int block = task * perTask; block < end; block++) {
            copy.run(block, x, xo, out, oo);
          }
        };
    return () -> workers.forEach(tasks, share);
  }

  /** Reads by strides into a dense output: broadcasting, with strides of 0 among them. */
  Kernel expand(int[] shape, float[] x, int xo, int[] strides, float[] out, int oo) {
    return copy(shape, x, xo, strides, out, oo, denseStrides(shape));
  }

  /** Output axis i is input axis {@code axes[i]}; {@code shape} is the input's. */
  Kernel permute(int[] shape, int[] axes, float[] x, int xo, float[] out, int oo) {
    int[] dense = denseStrides(shape);
    int[] target = new int[axes.length];
    int[] strides = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      target[i] = shape[axes[i]];
      strides[i] = dense[axes[i]];
    }
    return expand(target, x, xo, strides, out, oo);
  }

  /** Elements start, start + step, … of each axis; {@code target} is the output's shape. */
  Kernel slice(
      int[] shape,
      int[] starts,
      int[] steps,
      int[] target,
      float[] x,
      int xo,
      float[] out,
      int oo) {
    int[] strides = denseStrides(shape);
    int from = xo;
    for (int i = 0; i < shape.length; i++) {
      from += starts[i] * strides[i];
      strides[i] *= steps[i];
    }
    return expand(target, x, from, strides, out, oo);
  }

  /**
   * The transpose of {@link #slice}: zeros, with x at elements start, start + step, … of each axis.
   * {@code target} is the output's shape. Steps of 1 make ordinary padding.
   */
  Kernel pad(
      int[] shape,
      int[] starts,
      int[] steps,
      int[] target,
      float[] x,
      int xo,
      float[] out,
      int oo) {
    int[] strides = denseStrides(target);
    int size = 1;
    int to = oo;
    for (int i = 0; i < shape.length; i++) {
      size *= target[i];
      to += starts[i] * strides[i];
      strides[i] *= steps[i];
    }
    int end = oo + size;
    Kernel copy = copy(shape, x, xo, denseStrides(shape), out, to, strides);
    return () -> {
      Arrays.fill(out, oo, end, 0f);
      copy.run();
    };
  }

  /** Rows of one matrix to rows of another: a piece of a concatenation. */
  Kernel copyRows(
      int rows, int columns, float[] x, int xo, int xStep, float[] out, int oo, int outStep) {
    int[] shape = {rows, columns};
    return copy(shape, x, xo, new int[] {xStep, 1}, out, oo, new int[] {outStep, 1});
  }

  /**
   * Output row i is input row {@code index[i]}.
   *
   * @throws ArrayIndexOutOfBoundsException when run, if an index is not a whole number of 0 … rows
   *     − 1
   */
  Kernel gatherRows(
      int rows,
      int rowSize,
      float[] x,
      int xo,
      float[] index,
      int io,
      int count,
      float[] out,
      int oo) {
    return () -> {
      for (int i = 0; i < count; i++) {
        int row = Movement.row("gather rows", index[io + i], i, rows);
        System.arraycopy(x, xo + row * rowSize, out, oo + i * rowSize, rowSize);
      }
    };
  }

  /**
   * The transpose of {@link #gatherRows}: zeros, to which input row i is added at row {@code
   * index[i]}, in ascending i.
   *
   * @throws ArrayIndexOutOfBoundsException when run, if an index is not a whole number of 0 … rows
   *     − 1
   */
  Kernel scatterRows(
      int rows,
      int rowSize,
      float[] x,
      int xo,
      float[] index,
      int io,
      int count,
      float[] out,
      int oo) {
    return () -> {
      for (int i = 0; i < count; i++) {
        Movement.row("scatter rows", index[io + i], i, rows);
      }
      Arrays.fill(out, oo, oo + rows * rowSize, 0f);
      for (int i = 0; i < count; i++) {
        int to = oo + ((int) index[io + i]) * rowSize;
        loops.add(out, to, x, xo + i * rowSize, out, to, rowSize);
      }
    };
  }

  static int[] denseStrides(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }
}
