package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Copies elements between two regular patterns: element {@code (i, j, …)} from {@code from + Σ i ·
 * fromStride} to {@code to + Σ i · toStride}. Slices, embeddings, permutations and concatenations
 * are all of this form. Neighbouring axes that both sides walk alike are merged.
 */
final class StridedCopy {
  private static final int WORTHWHILE = 1 << 14;

  /** Side of the square in which transpositions are done, so that both sides stay in cache. */
  private static final int TILE = 16;

  private final int[] extents;
  private final int[] fromStrides;
  private final int[] toStrides;

  private StridedCopy(int[] extents, int[] fromStrides, int[] toStrides) {
    this.extents = extents;
    this.fromStrides = fromStrides;
    this.toStrides = toStrides;
  }

  /** Axes are given outermost first. */
  static StridedCopy of(int[] extents, int[] fromStrides, int[] toStrides) {
    List<int[]> merged = new ArrayList<>();
    for (int axis = 0; axis < extents.length; axis++) {
      int[] next = {extents[axis], fromStrides[axis], toStrides[axis]};
      int[] outer = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (outer != null && outer[1] == next[0] * next[1] && outer[2] == next[0] * next[2]) {
        merged.set(merged.size() - 1, new int[] {outer[0] * next[0], next[1], next[2]});
      } else if (next[0] != 1) {
        merged.add(next);
      }
    }
    while (merged.size() < 2) {
      merged.add(0, new int[] {1, 0, 0});
    }
    return new StridedCopy(
        merged.stream().mapToInt(axis -> axis[0]).toArray(),
        merged.stream().mapToInt(axis -> axis[1]).toArray(),
        merged.stream().mapToInt(axis -> axis[2]).toArray());
  }

  /** Copies everything; sheets, the two innermost axes or parts of them, are the tasks. */
  void run(Workers workers, float[] x, int from, float[] y, int to) {
    int rank = extents.length;
    int rows = extents[rank - 2];
    int columns = extents[rank - 1];
    int band = Math.max(TILE, WORTHWHILE / Math.max(1, columns) / TILE * TILE);
    int bands = (rows + band - 1) / band;
    int sheets = 1;
    for (int axis = 0; axis < rank - 2; axis++) {
      sheets *= extents[axis];
    }
    int perTask = Math.max(1, WORTHWHILE / Math.max(1, rows * columns));
    int units = sheets * bands;
    int tasks = (units + perTask - 1) / perTask;
    workers.forEach(
        tasks,
        task -> {
          for (int unit = task * perTask; unit < Math.min(units, (task + 1) * perTask); unit++) {
            int sheet = unit / bands;
            int first = unit % bands * band;
            sheet(
                x,
                from + start(sheet, fromStrides),
                y,
                to + start(sheet, toStrides),
                first,
                Math.min(rows, first + band));
          }
        });
  }

  private int start(int sheet, int[] strides) {
    int rest = sheet;
    int start = 0;
    for (int axis = extents.length - 3; axis >= 0; axis--) {
      start += rest % extents[axis] * strides[axis];
      rest /= extents[axis];
    }
    return start;
  }

  private void sheet(float[] x, int from, float[] y, int to, int first, int end) {
    int inner = extents.length - 1;
    int columns = extents[inner];
    int read = fromStrides[inner];
    int write = toStrides[inner];
    int readRow = fromStrides[inner - 1];
    int writeRow = toStrides[inner - 1];
    if (read == 1 && write == 1) {
      for (int row = first; row < end; row++) {
        System.arraycopy(x, from + row * readRow, y, to + row * writeRow, columns);
      }
      return;
    }
    for (int top = first; top < end; top += TILE) {
      for (int left = 0; left < columns; left += TILE) {
        int right = Math.min(columns, left + TILE);
        for (int row = top; row < Math.min(end, top + TILE); row++) {
          int source = from + row * readRow;
          int target = to + row * writeRow;
          for (int column = left; column < right; column++) {
            y[target + column * write] = x[source + column * read];
          }
        }
      }
    }
  }
}
