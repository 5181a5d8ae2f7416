package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;
import static org.neuralharmonizer.cpu.ProductPlan.roundUp;
import static org.neuralharmonizer.cpu.WinogradTiles.POINTS;
import static org.neuralharmonizer.cpu.WinogradTiles.SEEN;
import static org.neuralharmonizer.cpu.WinogradTiles.spread;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Convolutions of 3 × 3 taps and their input gradients by Winograd's F(4 × 4, 3 × 3): 36 products
 * per tile of 16 outputs where the definition takes 144.
 *
 * <p>At each of the 36 points, one matrix product of tiles × channels by channels × filters. Few
 * filters are transformed once, and each task takes some rows of tiles from their transform to the
 * results while they stay in its caches. Many filters would not stay there: rows of tiles are then
 * transformed together, and each task takes a panel of filters instead.
 */
final class WinogradProducts implements Kernel {

  private static final int TAPS = 9;

  /** At most this much of transformed tiles at once, in floats: a part of a third-level cache. */
  private static final int MOST_AT_ONCE = 1 << 21;

  /** At most so many transformed filters count as few, in floats: a part of the same cache. */
  private static final int FEW_FILTERS = 1 << 20;

  private static final int WANTED_TASKS = 8;

  /** Filters of a line that are transformed together, so that runs are long. */
  private static final int DEPTHS = 16;

  /** Tiles for which transforming a panel of filters is cheap beside multiplying. */
  private static final int LEAST_TILES = 48;

  /** How the nine taps of a line at a depth lie in the filter array. */
  record Weights(float[] values, int offset, int lineStep, int depthStep, boolean turned) {}

  private final Workers workers;
  private final WinogradLoops loops;
  private final WinogradTiles tiles;
  private final Weights weights;
  private final int lines;
  private final int depth;
  private final float[] x;
  private final int xo;
  private final float[] y;
  private final int yo;

  private final int height;
  private final int width;
  private final int panels;
  private final boolean isFewFilters;
  private final int parts;
  private final int tileRows;
  private final int rowsAtOnce;
  private final int pitch;
  private final int filterStep;
  private final IntConsumer transformPanel = this::transformPanel;
  private final IntConsumer multiplyRows = this::multiplyRows;
  private final IntConsumer transformRow = this::transformRow;
  private final IntConsumer multiplyPanel = this::multiplyPanel;

  // What a run passes to its tasks.
  private float[] filters = {};
  private float[] seen = {};
  private int firstRow;
  private int rowCount;

  WinogradProducts(
      Workers workers,
      WinogradLoops loops,
      WinogradTiles tiles,
      Weights weights,
      int lines,
      int depth,
      int images,
      float[] x,
      int xo,
      float[] y,
      int yo) {
    this.workers = workers;
    this.loops = loops;
    this.tiles = tiles;
    this.weights = weights;
    this.lines = lines;
    this.depth = depth;
    this.x = x;
    this.xo = xo;
    this.y = y;
    this.yo = yo;
    TileKernel kernel = workers.scratch().tileKernel();
    height = kernel.rows();
    width = kernel.columns();
    panels = ceiling(lines, width);
    pitch = spread(depth);
    filterStep = spread(depth * width);
    tileRows = images * tiles.down();
    isFewFilters = POINTS * panels * filterStep <= FEW_FILTERS;
    int most = Math.max(1, MOST_AT_ONCE / (POINTS * pitch * tiles.across()));
    rowsAtOnce =
        isFewFilters
            ? tiles.rowsAtOnce(tileRows, height)
            : ceiling(tileRows, ceiling(tileRows, most));
    int room = Math.max(1, rowsAtOnce * tiles.across() / LEAST_TILES);
    parts = Math.min(Math.min(room, rowsAtOnce), ceiling(WANTED_TASKS, panels));
  }

  @Override
  public void run() {
    Scratch own = workers.scratch();
    if (isFewFilters) {
      filters = own.floats(Scratch.Use.SHARED_ROWS, panels * POINTS * filterStep);
      workers.forEach(panels, transformPanel);
      workers.forEach(ceiling(tileRows, rowsAtOnce), multiplyRows);
      return;
    }
    seen = own.floats(Scratch.Use.SHARED_ROWS, seenSize(rowsAtOnce));
    for (int row = 0; row < tileRows; row += rowsAtOnce) {
      firstRow = row;
      rowCount = Math.min(rowsAtOnce, tileRows - row);
      workers.forEach(rowCount, transformRow);
      workers.forEach(panels * parts, multiplyPanel);
    }
  }

  /** The last block of tiles may reach beyond the last point. */
  private int seenSize(int rows) {
    return POINTS * seenStep(rows) + height * pitch;
  }

  /** From one point of transformed rows of tiles to the next. */
  private int seenStep(int rows) {
    return spread(rows * tiles.across() * pitch);
  }

  private void transformPanel(int panel) {
    transformFilters(panel, filters, panel * POINTS * filterStep, workers.scratch());
  }

  private void multiplyRows(int group) {
    Scratch scratch = workers.scratch();
    int first = group * rowsAtOnce;
    int rows = Math.min(rowsAtOnce, tileRows - first);
    float[] own = scratch.floats(Scratch.Use.WINOGRAD_INPUT, seenSize(rows));
    for (int row = 0; row < rows; row++) {
      transformInput(first + row, own, row, rows, scratch);
    }
    for (int panel = 0; panel < panels; panel++) {
      int at = panel * POINTS * filterStep;
      multiply(panel, filters, at, own, seenStep(rows), 0, first, rows, scratch);
    }
  }

  private void transformRow(int row) {
    transformInput(firstRow + row, seen, row, rowCount, workers.scratch());
  }

  private void transformInput(int tileRow, float[] into, int row, int rows, Scratch scratch) {
    int to = row * tiles.across() * pitch;
    tiles.transformInput(loops, x, xo, depth, tileRow, into, to, seenStep(rows), pitch, scratch);
  }

  /** One panel of filters, and some of the rows at hand. */
  private void multiplyPanel(int task) {
    int panel = task % panels;
    int first = rowCount * (task / panels) / parts;
    int rows = rowCount * (task / panels + 1) / parts - first;
    Scratch scratch = workers.scratch();
    float[] own = scratch.floats(Scratch.Use.PACKED_COLUMNS, POINTS * filterStep);
    transformFilters(panel, own, 0, scratch);
    multiply(panel, own, 0, seen, seenStep(rowCount), first, firstRow + first, rows, scratch);
  }

  /**
   * The results of a panel of filters in rows of tiles.
   *
   * @param skipped rows of transformed tiles before those to take
   */
  private void multiply(
      int panel,
      float[] panelPoints,
      int fo,
      float[] tilePoints,
      int step,
      int skipped,
      int tileRow,
      int rows,
      Scratch scratch) {
    int count = rows * tiles.across();
    int resultStep = spread(roundUp(count, height) * width);
    float[] results = scratch.floats(Scratch.Use.WINOGRAD_OUTPUT, POINTS * resultStep);
    TileKernel kernel = scratch.tileKernel();
    for (int point = 0; point < POINTS; point++) {
      int left = point * step + skipped * tiles.across() * pitch;
      int right = fo + point * filterStep;
      for (int tile = 0; tile < count; tile += height) {
        int to = point * resultStep + tile * width;
        kernel.multiplyRows(
            depth,
            tilePoints,
            left + tile * pitch,
            pitch,
            panelPoints,
            right,
            results,
            to,
            width,
            false);
      }
    }
    int channel = panel * width;
    int used = Math.min(width, lines - channel);
    for (int row = 0; row < rows; row++) {
      int from = row * tiles.across() * width;
      tiles.transformOutput(
          loops,
          results,
          from,
          resultStep,
          width,
          y,
          yo,
          lines,
          channel,
          used,
          tileRow + row,
          scratch);
    }
  }

  /** The 36 points of a panel of filters, a row of them for each depth. */
  private void transformFilters(int panel, float[] into, int fo, Scratch scratch) {
    int run = DEPTHS * width;
    float[] taps = scratch.floats(Scratch.Use.TAPS, TAPS * run);
    float[] half = scratch.floats(Scratch.Use.LANES, SEEN * 3 * run);
    for (int d = 0; d < depth; d += DEPTHS) {
      int count = Math.min(DEPTHS, depth - d);
      gatherTaps(panel * width, d, count, taps, scratch.loops());
      loops.filter(taps, 0, 3 * run, half, 0, 3 * run, 3 * run);
      for (int i = 0; i < SEEN; i++) {
        int to = fo + i * SEEN * filterStep + d * width;
        loops.filter(half, i * 3 * run, run, into, to, filterStep, count * width);
      }
    }
  }

  /** Tap by tap, and within each depth by depth, the lines of a panel. */
  private void gatherTaps(int line, int d, int depths, float[] taps, Loops loops) {
    int run = DEPTHS * width;
    int count = Math.min(width, lines - line);
    int first = weights.turned ? TAPS - 1 : 0;
    int next = weights.turned ? -run : run;
    int from = weights.offset + line * weights.lineStep + d * weights.depthStep;
    for (int i = 0; i < depths; i++) {
      int to = first * run + i * width;
      loops.transpose(weights.values, from, weights.lineStep, 1, count, TAPS, taps, to, next);
      from += weights.depthStep;
    }
    for (int i = 0; i < TAPS * DEPTHS && count < width; i++) {
      Arrays.fill(taps, i * width + count, (i + 1) * width, 0f);
    }
  }
}
