package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.roundUp;

import org.jspecify.annotations.Nullable;

/** A tile of a product, computed over one part of the depth at a time. */
final class TileTask {

  private final ProductPlan plan;
  private final PanelSource left;
  private final PanelSource right;

  /** The left operand where it is multiplied from the place it lies in, else null. */
  private final @Nullable MatrixPanels inPlace;

  private final int height;
  private final int width;
  private final int row;
  private final int rows;
  private final int column;
  private final int columns;

  TileTask(
      ProductPlan plan,
      PanelSource left,
      PanelSource right,
      @Nullable MatrixPanels inPlace,
      TileKernel kernel,
      int row,
      int column) {
    this.plan = plan;
    this.left = left;
    this.right = right;
    this.inPlace = inPlace;
    this.row = row;
    this.column = column;
    height = kernel.rows();
    width = kernel.columns();
    rows = Math.min(plan.tileRows(), plan.rows() - row);
    columns = Math.min(plan.tileColumns(), plan.columns() - column);
  }

  /**
   * One part of the depth.
   *
   * @param shared the packed left operand, or null if this tile packs what it needs of it
   */
  void run(
      int split,
      float @Nullable [] shared,
      ProductTarget target,
      boolean accumulate,
      Scratch scratch) {
    int most = plan.blockDepth();
    float[] across = scratch.floats(Scratch.Use.PACKED_COLUMNS, roundUp(columns, width) * most);
    float[] down = rows(shared, most, scratch);
    int end = plan.splitStart(split + 1);
    int start = plan.splitStart(split);
    for (int from = start; from < end; from += most) {
      int depth = Math.min(most, end - from);
      packColumns(from, depth, across, scratch);
      if (shared == null && inPlace == null) {
        packRows(from, depth, down, scratch);
      }
      for (int j = 0; j < columns; j += width) {
        for (int i = 0; i < rows; i += height) {
          boolean adds = accumulate || from > start;
          int panel = rowPanel(shared != null, i, from, depth);
          multiply(split, i, j, depth, down, panel, across, target, adds, scratch);
        }
      }
    }
  }

  private float[] rows(float @Nullable [] shared, int most, Scratch scratch) {
    if (inPlace != null) {
      return inPlace.values();
    }
    return shared != null
        ? shared
        : scratch.floats(Scratch.Use.PACKED_ROWS, roundUp(rows, height) * most);
  }

  private int rowPanel(boolean isShared, int i, int from, int depth) {
    if (inPlace != null) {
      return inPlace.offset() + (row + i) * inPlace.lineStep() + from * inPlace.depthStep();
    }
    return isShared ? (row + i) * plan.depth() + from * height : i * depth;
  }

  private void packColumns(int from, int depth, float[] packed, Scratch scratch) {
    for (int j = 0; j < columns; j += width) {
      int lines = Math.min(width, columns - j);
      right.pack(from, depth, column + j, lines, width, packed, j * depth, scratch);
    }
  }

  private void packRows(int from, int depth, float[] packed, Scratch scratch) {
    for (int i = 0; i < rows; i += height) {
      int lines = Math.min(height, rows - i);
      left.pack(from, depth, row + i, lines, height, packed, i * depth, scratch);
    }
  }

  private void multiply(
      int split,
      int i,
      int j,
      int depth,
      float[] packedRows,
      int rowPanel,
      float[] packedColumns,
      ProductTarget target,
      boolean accumulate,
      Scratch scratch) {
    TileKernel kernel = scratch.tileKernel();
    int rowStep = inPlace == null ? 1 : inPlace.lineStep();
    int depthStep = inPlace == null ? height : inPlace.depthStep();
    int down = Math.min(height, rows - i);
    int across = Math.min(width, columns - j);
    // Only the parts of a split depth have more than one matrix, of the result's own width.
    int at = split * plan.columns() + column + j;
    if (down == height && across == width && target.isContiguous(at, width)) {
      kernel.multiply(
          depth,
          packedRows,
          rowPanel,
          rowStep,
          depthStep,
          packedColumns,
          j * depth,
          scratch.denseSteps(),
          target.values(),
          target.position(row + i, at),
          target.rowStep(),
          accumulate);
    } else {
      float[] edge = scratch.floats(Scratch.Use.TILE, height * width);
      kernel.multiply(
          depth,
          packedRows,
          rowPanel,
          rowStep,
          depthStep,
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
