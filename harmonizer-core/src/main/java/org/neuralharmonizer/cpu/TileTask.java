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
      Block block = new Block(from, depth, down, panels, isShared ? plan.depth() : depth, across);
      boolean adds = accumulate || from > start;
      for (int j = 0; j < columns; j += width) {
        multiply(split, j, block, target, adds, scratch);
      }
    }
  }

  /**
   * Packed operands of one part of the depth.
   *
   * @param down panels of the left operand, one for each tile's height
   * @param panels where that of the first row would begin, whether it is packed or not
   * @param panelStep numbers from one row's panel to the next row's
   * @param across panels of the right operand
   */
  private record Block(
      int from, int depth, float[] down, int panels, int panelStep, float[] across) {}

  private float[] packedRows(int depth, Scratch scratch) {
    int size = roundUp(rows - rowsInPlace, height) * depth;
    return scratch.floats(Scratch.Use.PACKED_ROWS, size);
  }

  /** All rows by one panel of columns. */
  private void multiply(
      int split, int j, Block block, ProductTarget target, boolean accumulate, Scratch scratch) {
    int count = Math.min(width, columns - j);
    // Only the parts of a split depth have more than one matrix, of the result's own width.
    int at = split * plan.columns() + column + j;
    TileKernel kernel = scratch.tileKernel();
    int whole = 0;
    if (count == width && target.isContiguous(at, width)) {
      whole = rows / height * height;
      float[] c = target.values();
      int co = target.position(row, at);
      int ldc = target.rowStep();
      for (int i = 0; i < whole; i += height) {
        tile(kernel, block, i, j, c, co, ldc, accumulate);
        co += height * ldc;
      }
    }
    if (whole < rows) {
      float[] c = scratch.floats(Scratch.Use.TILE, height * width);
      for (int i = whole; i < rows; i += height) {
        tile(kernel, block, i, j, c, 0, width, false);
        target.store(c, 0, width, row + i, Math.min(height, rows - i), at, count, accumulate);
      }
    }
  }

  private void tile(
      TileKernel kernel,
      Block block,
      int i,
      int j,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    int depth = block.depth;
    float[] b = block.across;
    int bo = j * depth;
    if (inPlace != null && i < rowsInPlace) {
      int rowStep = inPlace.lineStep();
      int ao = inPlace.offset() + (row + i) * rowStep + block.from;
      kernel.multiplyRows(depth, inPlace.values(), ao, rowStep, b, bo, c, co, ldc, accumulate);
    } else {
      int ao = block.panels + i * block.panelStep;
      kernel.multiplyPanels(depth, block.down, ao, b, bo, c, co, ldc, accumulate);
    }
  }
}
