package org.neuralharmonizer.cpu;

import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;

/**
 * Where the taps of a window read: grid point (r, c) reads at tap t the plane's element (r ·
 * rowStride + rowOffsets[t], c · columnStride + columnOffsets[t]); outside the plane is zero.
 */
final class ImageGrid {

  final int rows;
  final int columns;
  final int rowStride;
  final int columnStride;
  final int height;
  final int width;
  final int[] rowOffsets;
  final int[] columnOffsets;

  ImageGrid(
      int rows,
      int columns,
      int rowStride,
      int columnStride,
      int height,
      int width,
      int[] rowOffsets,
      int[] columnOffsets) {
    this.rows = rows;
    this.columns = columns;
    this.rowStride = rowStride;
    this.columnStride = columnStride;
    this.height = height;
    this.width = width;
    this.rowOffsets = rowOffsets;
    this.columnOffsets = columnOffsets;
  }

  int taps() {
    return rowOffsets.length;
  }

  int points() {
    return rows * columns;
  }

  /** Whether its points are a plane's elements, in their order. */
  boolean isPlane() {
    return taps() == 1
        && rowStride == 1
        && columnStride == 1
        && rowOffsets[0] == 0
        && columnOffsets[0] == 0
        && rows == height
        && columns == width;
  }

  /** The windows of a forward convolution over its input. */
  static ImageGrid windows(ConvGeometry geometry) {
    WindowAxis down = geometry.rows();
    WindowAxis across = geometry.columns();
    if (isPointwise(down) && isPointwise(across)) {
      // One line: runs as long as the plane.
      int points = down.extent() * across.extent();
      return new ImageGrid(1, points, 1, 1, 1, points, new int[1], new int[1]);
    }
    int[] rowOffsets = new int[down.kernel() * across.kernel()];
    int[] columnOffsets = new int[rowOffsets.length];
    for (int t = 0; t < rowOffsets.length; t++) {
      rowOffsets[t] = down.position(0, t / across.kernel());
      columnOffsets[t] = across.position(0, t % across.kernel());
    }
    return new ImageGrid(
        down.outputs(),
        across.outputs(),
        down.stride(),
        across.stride(),
        down.extent(),
        across.extent(),
        rowOffsets,
        columnOffsets);
  }

  private static boolean isPointwise(WindowAxis axis) {
    return axis.kernel() == 1 && axis.stride() == 1 && axis.before() == 0 && axis.after() == 0;
  }

  /** The first of {@code count} grid columns from {@code column} on that reads inside at a tap. */
  int firstInside(int tap, int column, int count) {
    int at = column * columnStride + columnOffsets[tap];
    return at >= 0 ? 0 : Math.min(count, (-at + columnStride - 1) / columnStride);
  }

  /** One after the last that reads inside. */
  int endInside(int tap, int column, int count) {
    int room = width - (column * columnStride + columnOffsets[tap]);
    return room <= 0 ? 0 : Math.min(count, (room + columnStride - 1) / columnStride);
  }
}
