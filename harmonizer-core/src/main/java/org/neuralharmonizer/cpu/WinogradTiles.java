package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;

import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;

/**
 * A correlation of 3 × 3 taps with stride 1, cut into tiles of 4 × 4 outputs, which see 6 × 6
 * inputs. Rows of tiles are numbered through the images of a batch.
 *
 * @param height rows of the input
 * @param width columns of the input
 * @param rows rows of the output
 * @param columns columns of the output
 * @param top the input row that the first tap of the first output sees; negative within the padding
 * @param left the input column, likewise
 */
record WinogradTiles(int height, int width, int rows, int columns, int top, int left) {

  /** Outputs of a tile along each axis. */
  static final int TILE = 4;

  /** Inputs that a tile sees along each axis, and points at which polynomials are evaluated. */
  static final int SEEN = 6;

  static final int POINTS = SEEN * SEEN;

  /** Tiles at once: with fewer, filters would be read too often; more do not fit the caches. */
  private static final int LEAST_AT_ONCE = 24;

  private static final int MOST_AT_ONCE = 56;

  /** Floats of a cache line. */
  private static final int LINE = 16;

  static boolean exist(ConvGeometry geometry) {
    return isSuch(geometry.rows()) && isSuch(geometry.columns());
  }

  private static boolean isSuch(WindowAxis axis) {
    return axis.kernel() == 3 && axis.stride() == 1 && axis.dilation() == 1;
  }

  /** What a forward convolution sees. */
  static WinogradTiles forward(ConvGeometry geometry) {
    WindowAxis down = geometry.rows();
    WindowAxis across = geometry.columns();
    return new WinogradTiles(
        down.extent(),
        across.extent(),
        down.outputs(),
        across.outputs(),
        -down.before(),
        -across.before());
  }

  /** What the input gradient sees of the outputs, through the filter turned by 180°. */
  static WinogradTiles transposed(ConvGeometry geometry) {
    WindowAxis down = geometry.rows();
    WindowAxis across = geometry.columns();
    return new WinogradTiles(
        down.outputs(),
        across.outputs(),
        down.extent(),
        across.extent(),
        down.before() - 2,
        across.before() - 2);
  }

  /** Rows of tiles of an image. */
  int down() {
    return ceiling(rows, TILE);
  }

  /** Tiles of a row. */
  int across() {
    return ceiling(columns, TILE);
  }

  /** Rows of tiles to take at once, such that blocks of so many tiles are filled best. */
  int rowsAtOnce(int tileRows, int block) {
    int first = Math.min(tileRows, ceiling(LEAST_AT_ONCE, across()));
    int best = first;
    int least = Integer.MAX_VALUE;
    for (int size = first; size <= Math.min(tileRows, MOST_AT_ONCE / across()); size++) {
      int rest = tileRows % size;
      int blocks =
          tileRows / size * ceiling(size * across(), block) + ceiling(rest * across(), block);
      if (blocks < least) {
        least = blocks;
        best = size;
      }
    }
    return best;
  }

  /**
   * The 36 points of each tile of a row.
   *
   * @param x images of so many channels, from xo on
   * @param out point after point, {@code step} apart; tile after tile, {@code pitch} apart, from
   *     {@code oo} on; channel after channel
   */
  void transformInput(
      WinogradLoops loops,
      float[] x,
      int xo,
      int channels,
      int tileRow,
      float[] out,
      int oo,
      int step,
      int pitch,
      Scratch scratch) {
    // A tile's column after another, so that a row of tiles is one run; the last two columns that
    // a tile sees are the first two of the next.
    int run = across() * pitch;
    int column = run + pitch;
    int length = TILE * column;
    float[] seen = scratch.floats(Scratch.Use.PLANE, SEEN * length);
    float[] half = scratch.floats(Scratch.Use.PLANE_RESULT, SEEN * length);
    int image = xo + tileRow / down() * channels * height * width;
    int first = top + TILE * (tileRow % down());
    for (int i = 0; i < SEEN; i++) {
      for (int j = 0; j < TILE; j++) {
        int to = i * length + j * column;
        ChannelRows.gather(
            x,
            image,
            channels,
            height,
            width,
            first + i,
            left + j,
            TILE,
            across() + 1,
            seen,
            to,
            pitch,
            scratch.loops());
      }
    }
    loops.input(seen, 0, length, TILE * length, half, 0, length, length);
    for (int i = 0; i < SEEN; i++) {
      loops.input(half, i * length, column, pitch, out, oo + i * SEEN * step, step, run);
    }
  }

  /** The 36 points of an output's gradient, tile by tile of a row, laid out alike. */
  void transformGradient(
      WinogradLoops loops,
      float[] y,
      int yo,
      int channels,
      int tileRow,
      float[] out,
      int oo,
      int step,
      int pitch,
      Scratch scratch) {
    int run = across() * pitch;
    int length = TILE * run;
    float[] given = scratch.floats(Scratch.Use.PLANE, TILE * length);
    float[] half = scratch.floats(Scratch.Use.PLANE_RESULT, SEEN * length);
    int image = yo + tileRow / down() * channels * rows * columns;
    int first = TILE * (tileRow % down());
    for (int i = 0; i < TILE; i++) {
      for (int j = 0; j < TILE; j++) {
        int to = i * length + j * run;
        ChannelRows.gather(
            y,
            image,
            channels,
            rows,
            columns,
            first + i,
            j,
            TILE,
            across(),
            given,
            to,
            pitch,
            scratch.loops());
      }
    }
    loops.outputGradient(given, 0, length, half, 0, length, length);
    for (int i = 0; i < SEEN; i++) {
      loops.outputGradient(half, i * length, run, out, oo + i * SEEN * step, step, run);
    }
  }

  /**
   * Some channels of the outputs of a row of tiles from their 36 points.
   *
   * @param points point after point, {@code step} apart; {@code pitch} channels of tile after tile
   * @param channels of an image of y
   * @param channel the first that is written
   * @param used how many are
   */
  void transformOutput(
      WinogradLoops loops,
      float[] points,
      int po,
      int step,
      int pitch,
      float[] y,
      int yo,
      int channels,
      int channel,
      int used,
      int tileRow,
      Scratch scratch) {
    int run = across() * pitch;
    float[] half = scratch.floats(Scratch.Use.PLANE_RESULT, SEEN * TILE * run);
    float[] out = scratch.floats(Scratch.Use.PLANE, TILE * TILE * run);
    for (int i = 0; i < SEEN; i++) {
      loops.output(points, po + i * SEEN * step, step, half, i * TILE * run, run, run);
    }
    loops.output(half, 0, TILE * run, out, 0, TILE * run, TILE * run);
    int plane = rows * columns;
    int image = yo + (tileRow / down() * channels + channel) * plane;
    int first = TILE * (tileRow % down());
    for (int i = 0; i < Math.min(TILE, rows - first); i++) {
      for (int j = 0; j < TILE; j++) {
        int count = ceiling(columns - j, TILE);
        int to = image + (first + i) * columns + j;
        ChannelRows.scatter(out, (i * TILE + j) * run, pitch, used, count, y, to, TILE, plane);
      }
    }
  }

  /**
   * So many floats or a little more, in an odd number of cache lines: what lies at multiples of a
   * power of two would share a few sets of the caches.
   */
  static int spread(int floats) {
    return (ceiling(floats, LINE) | 1) * LINE;
  }
}
