package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;
import static org.neuralharmonizer.cpu.ProductPlan.roundUp;
import static org.neuralharmonizer.cpu.WinogradTiles.POINTS;
import static org.neuralharmonizer.cpu.WinogradTiles.SEEN;
import static org.neuralharmonizer.cpu.WinogradTiles.spread;

import java.util.function.IntConsumer;

/**
 * Filter gradients of 3 × 3 convolutions by the transpose of Winograd's F(4 × 4, 3 × 3): at each of
 * the 36 points, one matrix product of filters × tiles by tiles × channels, summed over the tiles
 * of all images in a fixed order.
 *
 * <p>Rows of tiles are transformed together; then each task takes a block of filters and channels,
 * multiplies, and transforms back what is complete.
 */
final class WinogradFilterGradient implements Kernel {

  private static final int TAPS = 9;

  /**
   * At most this much of transformed tiles at once, in floats: parts of a third-level cache. Large
   * sums must not be read and written too often.
   */
  private static final int MOST_AT_ONCE = 1 << 22;

  private static final int MOST_BESIDE_SMALL_SUMS = 1 << 21;

  private static final int SMALL_SUMS = 1 << 20;

  /** Many filters are taken by larger blocks, which read the tiles less often. */
  private static final int MANY_FILTERS = 256;

  private final Workers workers;
  private final WinogradLoops loops;
  private final WinogradTiles tiles;
  private final int channels;
  private final int filters;
  private final float[] x;
  private final int xo;
  private final float[] y;
  private final int yo;
  private final float[] w;
  private final int wo;

  private final int height;
  private final int width;
  private final int blockRows;
  private final int down;
  private final int across;
  private final int pitch;
  private final int filterPitch;
  private final int tileRows;
  private final int rowsAtOnce;
  private final int sumStep;
  private final IntConsumer transform = this::transform;
  private final IntConsumer multiply = this::multiply;

  // What a run passes to its tasks.
  private float[] seen = {};
  private float[] gradients = {};
  private float[] sums = {};
  private int firstRow;
  private int rowCount;

  WinogradFilterGradient(
      Workers workers,
      WinogradLoops loops,
      WinogradTiles tiles,
      int channels,
      int filters,
      int images,
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] w,
      int wo) {
    this.workers = workers;
    this.loops = loops;
    this.tiles = tiles;
    this.channels = channels;
    this.filters = filters;
    this.x = x;
    this.xo = xo;
    this.y = y;
    this.yo = yo;
    this.w = w;
    this.wo = wo;
    TileKernel kernel = workers.scratch().tileKernel();
    height = kernel.rows();
    width = kernel.columns();
    blockRows = height * (filters >= MANY_FILTERS ? 8 : 4);
    down = ceiling(filters, blockRows);
    across = ceiling(channels, width);
    pitch = spread(across * width);
    filterPitch = spread(roundUp(filters, height));
    tileRows = images * tiles.down();
    sumStep = spread(blockRows * width);
    int room =
        down * across * POINTS * sumStep <= SMALL_SUMS ? MOST_BESIDE_SMALL_SUMS : MOST_AT_ONCE;
    int most = Math.max(1, room / (POINTS * (pitch + filterPitch) * tiles.across()));
    rowsAtOnce = ceiling(tileRows, ceiling(tileRows, most));
  }

  @Override
  public void run() {
    Scratch own = workers.scratch();
    int most = rowsAtOnce * tiles.across();
    seen = own.floats(Scratch.Use.WINOGRAD_INPUT, POINTS * spread(most * pitch));
    gradients = own.floats(Scratch.Use.WINOGRAD_OUTPUT, POINTS * spread(most * filterPitch));
    if (rowsAtOnce < tileRows) {
      sums = own.floats(Scratch.Use.PARTIAL_PRODUCTS, down * across * POINTS * sumStep);
    }
    for (int row = 0; row < tileRows; row += rowsAtOnce) {
      firstRow = row;
      rowCount = Math.min(rowsAtOnce, tileRows - row);
      workers.forEach(rowCount, transform);
      workers.forEach(down * across, multiply);
    }
  }

  private int seenStep() {
    return spread(rowCount * tiles.across() * pitch);
  }

  private int gradientStep() {
    return spread(rowCount * tiles.across() * filterPitch);
  }

  private void transform(int index) {
    Scratch scratch = workers.scratch();
    int tile = index * tiles.across();
    int row = firstRow + index;
    tiles.transformInput(
        loops, x, xo, channels, row, seen, tile * pitch, seenStep(), pitch, scratch);
    tiles.transformGradient(
        loops,
        y,
        yo,
        filters,
        row,
        gradients,
        tile * filterPitch,
        gradientStep(),
        filterPitch,
        scratch);
  }

  /** A block of filters and channels. */
  private void multiply(int task) {
    Scratch scratch = workers.scratch();
    boolean isWhole = rowsAtOnce == tileRows;
    float[] target = isWhole ? scratch.floats(Scratch.Use.PACKED_ROWS, POINTS * sumStep) : sums;
    int to = isWhole ? 0 : task * POINTS * sumStep;
    int filter = task / across * blockRows;
    int rows = Math.min(blockRows, filters - filter);
    int channel = task % across * width;
    TileKernel kernel = scratch.tileKernel();
    for (int point = 0; point < POINTS; point++) {
      for (int row = 0; row < rows; row += height) {
        kernel.multiplyColumns(
            rowCount * tiles.across(),
            gradients,
            point * gradientStep() + filter + row,
            filterPitch,
            seen,
            point * seenStep() + channel,
            pitch,
            target,
            to + point * sumStep + row * width,
            width,
            firstRow > 0);
      }
    }
    if (firstRow + rowCount == tileRows) {
      int used = Math.min(width, channels - channel);
      finish(target, to, filter, rows, channel, used, scratch);
    }
  }

  /** The nine taps of a block's filters from their 36 points. */
  private void finish(
      float[] points, int po, int filter, int rows, int channel, int used, Scratch scratch) {
    int run = rows * width;
    float[] half = scratch.floats(Scratch.Use.PLANE_RESULT, 3 * SEEN * run);
    float[] taps = scratch.floats(Scratch.Use.PLANE, TAPS * run);
    for (int j = 0; j < SEEN; j++) {
      int from = po + j * sumStep;
      loops.filterGradient(points, from, SEEN * sumStep, half, j * run, SEEN * run, run);
    }
    for (int r = 0; r < 3; r++) {
      loops.filterGradient(half, r * SEEN * run, run, taps, 3 * r * run, run, run);
    }
    for (int row = 0; row < rows; row++) {
      int to = wo + ((filter + row) * channels + channel) * TAPS;
      for (int c = row * width; c < row * width + used; c++) {
        for (int t = 0; t < TAPS; t++) {
          w[to + t] = taps[t * run + c];
        }
        to += TAPS;
      }
    }
  }
}
