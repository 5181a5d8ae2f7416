package org.neuralharmonizer.cpu;

import java.util.Arrays;

/**
 * What the windows of a convolution see, as the right operand of a product: the depth runs through
 * channels and, within each, taps; the lines run through images and, within each, grid points.
 */
record ImagePanels(float[] values, int offset, int imageStep, ImageGrid grid)
    implements PanelSource {

  private static final int FIELDS = 5;

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
    int[] runs = scratch.integers(FIELDS * width);
    int end = findRuns(line0, lines, runs);
    int taps = grid.taps();
    int planeSize = grid.height * grid.width;
    int plane = depth0 / taps * planeSize;
    int tap = depth0 % taps;
    for (int d = 0; d < depth; d++) {
      int to = po + d * width;
      if (lines < width) {
        Arrays.fill(panel, to + lines, to + width, 0f);
      }
      for (int run = 0; run < end; run += FIELDS) {
        packRun(runs, run, plane, tap, panel, to);
      }
      if (++tap == taps) {
        tap = 0;
        plane += planeSize;
      }
    }
  }

  @Override
  public void packAll(
      int depth0,
      int depth,
      int line0,
      int lines,
      int width,
      float[] panels,
      int po,
      int step,
      Scratch scratch) {
    if (!grid.isPlane()) {
      PanelSource.super.packAll(depth0, depth, line0, lines, width, panels, po, step, scratch);
      return;
    }
    int points = grid.points();
    int to = po;
    for (int done = 0; done < lines; ) {
      int point = (line0 + done) % points;
      int rest = lines - done;
      int inside = points - point;
      int count = inside >= rest ? rest : inside / width * width;
      if (count > 0) {
        int from = offset + (line0 + done) / points * imageStep + depth0 * points + point;
        scratch.loops().panels(values, from, points, depth, count, width, panels, to, step);
      } else {
        // A panel with points of two images or more.
        count = Math.min(width, rest);
        pack(depth0, depth, line0 + done, count, width, panels, to, scratch);
      }
      done += count;
      to += (count + width - 1) / width * step;
    }
  }

  /** Runs lie in one row of the grid: place in the panel, length, image, grid row and column. */
  private int findRuns(int line0, int lines, int[] runs) {
    int end = 0;
    for (int done = 0; done < lines; ) {
      int point = (line0 + done) % grid.points();
      int column = point % grid.columns;
      int count = Math.min(lines - done, grid.columns - column);
      runs[end] = done;
      runs[end + 1] = count;
      runs[end + 2] = offset + (line0 + done) / grid.points() * imageStep;
      runs[end + 3] = point / grid.columns * grid.rowStride;
      runs[end + 4] = column;
      end += FIELDS;
      done += count;
    }
    return end;
  }

  private void packRun(int[] runs, int run, int plane, int tap, float[] panel, int panelRow) {
    int to = panelRow + runs[run];
    int count = runs[run + 1];
    int row = runs[run + 3] + grid.rowOffsets[tap];
    if (row < 0 || row >= grid.height) {
      Arrays.fill(panel, to, to + count, 0f);
      return;
    }
    int column = runs[run + 4];
    int first = grid.firstInside(tap, column, count);
    int last = Math.max(first, grid.endInside(tap, column, count));
    int stride = grid.columnStride;
    int from = runs[run + 2] + plane + row * grid.width + column * stride + grid.columnOffsets[tap];
    for (int j = 0; j < first; j++) {
      panel[to + j] = 0f;
    }
    if (stride == 1 && last - first >= 16) {
      System.arraycopy(values, from + first, panel, to + first, last - first);
    } else {
      for (int j = first; j < last; j++) {
        panel[to + j] = values[from + j * stride];
      }
    }
    for (int j = last; j < count; j++) {
      panel[to + j] = 0f;
    }
  }
}
