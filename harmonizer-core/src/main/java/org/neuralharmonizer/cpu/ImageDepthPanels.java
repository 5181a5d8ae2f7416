package org.neuralharmonizer.cpu;

import java.util.Arrays;

/**
 * What the windows of a convolution see, the other way round: the depth runs through images and,
 * within each, grid points; the lines run through channels and, within each, taps.
 */
record ImageDepthPanels(float[] values, int offset, int imageStep, ImageGrid grid)
    implements PanelSource {

  @Override
  public void pack(
      int depth0,
      int depth,
      int line0,
      int lines,
      int width,
      float[] panel,
      int po,
      Scratch scratch) {
    if (lines < width) {
      Arrays.fill(panel, po, po + depth * width, 0f);
    }
    for (int done = 0; done < depth; ) {
      int point = (depth0 + done) % grid.points();
      int column = point % grid.columns;
      int count = Math.min(depth - done, grid.columns - column);
      int image = offset + (depth0 + done) / grid.points() * imageStep;
      int row = point / grid.columns * grid.rowStride;
      packRow(image, row, column, count, line0, lines, width, panel, po + done * width);
      done += count;
    }
  }

  private void packRow(
      int image,
      int row,
      int column,
      int count,
      int line0,
      int lines,
      int width,
      float[] panel,
      int po) {
    int taps = grid.taps();
    for (int j = 0; j < lines; j++) {
      int tap = (line0 + j) % taps;
      int plane = image + (line0 + j) / taps * grid.height * grid.width;
      int at = row + grid.rowOffsets[tap];
      boolean inside = at >= 0 && at < grid.height;
      int first = inside ? grid.firstInside(tap, column, count) : count;
      int last = inside ? Math.max(first, grid.endInside(tap, column, count)) : count;
      int stride = grid.columnStride;
      int from = plane + at * grid.width + column * stride + grid.columnOffsets[tap];
      int to = po + j;
      for (int d = 0; d < first; d++) {
        panel[to + d * width] = 0f;
      }
      for (int d = first; d < last; d++) {
        panel[to + d * width] = values[from + d * stride];
      }
      for (int d = last; d < count; d++) {
        panel[to + d * width] = 0f;
      }
    }
  }
}
