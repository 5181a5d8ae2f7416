package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.roundUp;

import org.jspecify.annotations.Nullable;

/** A tile of a product, computed over one part of the depth at a time. */
final class TileTask {

  private final ProductPlan plan;
  private final PanelSource left;
  private final PanelSource right;

  /**
   * The left operand where it is multiplied from the place it lies in, but for its last rows if
   * they are no whole tile, else null.
   */
  private final @Nullable MatrixPanels inPlace;

  private final int height;
  private final int width;
  private final int row;
  private final int rows;
  private final int column;
  private final int columns;

  /** Whole tiles of them; none if all are packed. */
  private final int rowsInPlace;

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
    rowsInPlace = inPlace == null ? 0 : rows / height * height;
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
    boolean isShared = shared != null;
    float[] down = isShared ? shared : packedRows(most, scratch);
    int end = plan.splitStart(split + 1);
    int start = plan.splitStart(split);
    for (int from = start; from < end; from += most) {
      int depth = Math.min(most, end - from);
      right.packAll(from, depth, column, columns, width, across, 0, width * depth, scratch);
      if (!isShared) {
        int first = row + rowsInPlace;
        int count = rows - rowsInPlace;
        left.packAll(from, depth, first, count, height, down, 0, height * depth, scratch);
      }
      int panels = isShared ? row * plan.depth() + from * height : -rowsInPlace * depth;
      int panelStep = isShared ? plan.depth() : depth;
      boolean adds = accumulate || from > start;
      for (int j = 0; j < columns; j += width) {
        multiply(split, j, from, depth, down, panels, panelStep, across, target, adds, scratch);
      }
    }
  }

  private float[] packedRows(int depth, Scratch scratch) {
    int size = roundUp(rows - rowsInPlace, height) * depth;
    return scratch.floats(Scratch.Use.PACKED_ROWS, size);
  }

  /** All rows by one panel of columns. */
  private void multiply(
      int split,
      int j,
      int from,
      int depth,
      float[] down,
      int panels,
      int panelStep,
      float[] across,
      ProductTarget target,
      boolean accumulate,
      Scratch scratch) {
    int count = Math.min(width, columns - j);
    // Only the parts of a split depth have more than one matrix, of the result's own width.
    int at = split * plan.columns() + column + j;
    int bo = j * depth;
    TileKernel kernel = scratch.tileKernel();
    int whole = 0;
    if (count == width && target.isContiguous(at, width)) {
      whole = rows / height * height;
      float[] c = target.values();
      int co = target.position(row, at);
      int ldc = target.rowStep();
      for (int i = 0; i < whole; i += height) {
        tile(
            kernel,
            i,
            from,
            depth,
            down,
            panels + i * panelStep,
            across,
            bo,
            c,
            co,
            ldc,
            accumulate);
        co += height * ldc;
      }
    }
    if (whole < rows) {
      float[] c = scratch.floats(Scratch.Use.TILE, height * width);
      for (int i = whole; i < rows; i += height) {
        tile(kernel, i, from, depth, down, panels + i * panelStep, across, bo, c, 0, width, false);
        target.store(c, 0, width, row + i, Math.min(height, rows - i), at, count, accumulate);
      }
    }
  }

  private void tile(
      TileKernel kernel,
      int i,
      int from,
      int depth,
      float[] down,
      int panel,
      float[] across,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    if (inPlace != null && i < rowsInPlace) {
      int rowStep = inPlace.lineStep();
      int ao = inPlace.offset() + (row + i) * rowStep + from;
      kernel.multiplyRows(depth, inPlace.values(), ao, rowStep, across, bo, c, co, ldc, accumulate);
    } else {
      kernel.multiplyPanels(depth, down, panel, across, bo, c, co, ldc, accumulate);
    }
  }
}
