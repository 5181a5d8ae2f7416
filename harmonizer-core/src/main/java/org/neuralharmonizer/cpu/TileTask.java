package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.roundUp;

import org.jspecify.annotations.Nullable;

/** One task of a product: a tile of the result over one part of the depth. */
final class TileTask {

  private final ProductPlan plan;
  private final PanelSource left;
  private final PanelSource right;
  private final float @Nullable [] shared;
  private final ProductTarget target;
  private final Scratch scratch;
  private final TileKernel kernel;
  private final int height;
  private final int width;
  private final int row;
  private final int rows;
  private final int column;
  private final int columns;
  private final float[] packedRows;
  private final float[] packedColumns;
  private final float[] edge;

  TileTask(
      ProductPlan plan,
      PanelSource left,
      PanelSource right,
      float @Nullable [] shared,
      ProductTarget target,
      Scratch scratch,
      int row,
      int column) {
    this.plan = plan;
    this.left = left;
    this.right = right;
    this.shared = shared;
    this.target = target;
    this.scratch = scratch;
    this.row = row;
    this.column = column;
    kernel = scratch.tileKernel();
    height = kernel.rows();
    width = kernel.columns();
    rows = Math.min(plan.tileRows(), plan.rows() - row);
    columns = Math.min(plan.tileColumns(), plan.columns() - column);
    int depth = plan.blockDepth();
    packedColumns = scratch.floats(Scratch.Use.PACKED_COLUMNS, roundUp(columns, width) * depth);
    packedRows =
        shared != null
            ? shared
            : scratch.floats(Scratch.Use.PACKED_ROWS, roundUp(rows, height) * depth);
    edge = scratch.floats(Scratch.Use.TILE, height * width);
  }

  void run(int split, boolean accumulate) {
    int end = plan.splitStart(split + 1);
    int start = plan.splitStart(split);
    for (int from = start; from < end; from += plan.blockDepth()) {
      int depth = Math.min(plan.blockDepth(), end - from);
      pack(from, depth);
      for (int j = 0; j < columns; j += width) {
        for (int i = 0; i < rows; i += height) {
          int rowPanel = shared != null ? (row + i) * plan.depth() + from * height : i * depth;
          multiply(split, i, j, depth, rowPanel, accumulate || from > start);
        }
      }
    }
  }

  private void pack(int from, int depth) {
    for (int j = 0; j < columns; j += width) {
      int lines = Math.min(width, columns - j);
      right.pack(from, depth, column + j, lines, width, packedColumns, j * depth, scratch);
    }
    if (shared == null) {
      for (int i = 0; i < rows; i += height) {
        int lines = Math.min(height, rows - i);
        left.pack(from, depth, row + i, lines, height, packedRows, i * depth, scratch);
      }
    }
  }

  private void multiply(int split, int i, int j, int depth, int rowPanel, boolean accumulate) {
    int down = Math.min(height, rows - i);
    int across = Math.min(width, columns - j);
    // Only the parts of a split depth have more than one matrix, of the result's own width.
    int at = split * plan.columns() + column + j;
    if (down == height && across == width && target.isContiguous(at, width)) {
      kernel.multiply(
          depth,
          packedRows,
          rowPanel,
          packedColumns,
          j * depth,
          scratch.denseSteps(),
          target.values(),
          target.position(row + i, at),
          target.rowStep(),
          accumulate);
    } else {
      kernel.multiply(
          depth,
          packedRows,
          rowPanel,
          packedColumns,
          j * depth,
          scratch.denseSteps(),
          edge,
          0,
          width,
          false);
      target.store(edge, 0, width, row + i, down, at, across, accumulate);
    }
  }
}
