package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.ceiling;

import java.util.Arrays;

/**
 * Padded copies of a few rows of all channels of an image, in which what a tap of a window with
 * stride 1 sees at neighbouring outputs lies at neighbouring places. Read as one long run from the
 * tap's step on, they give the outputs row after row, with {@code pitch − columns} meaningless ones
 * between the rows.
 *
 * <p>The zeros after one row are those before the next.
 */
final class SlidingLayout {

  /** Half of a second-level cache of 1 MiB, in floats. */
  private static final int MOST_COPIED = 1 << 17;

  private static final int LEAST_ROWS = 4;

  /** Multiplications that are worth a task of their own. */
  private static final double WORK = 1 << 21;

  private static final int WANTED_TASKS = 8;

  final ImageGrid grid;
  final int pitch;

  /** Output rows of a band, and bands of an image. */
  final int bandRows;

  final int bands;

  /** From the first output of a band to its last. */
  final int run;

  /** Floats of one channel. */
  final int channelStep;

  private final int channels;
  private final int copiedRows;
  private final int firstRow;
  private final int before;
  private final int after;

  SlidingLayout(ImageGrid grid, int images, int channels, int lines) {
    this.grid = grid;
    this.channels = channels;
    firstRow = Arrays.stream(grid.rowOffsets).min().orElse(0);
    int reach = Arrays.stream(grid.rowOffsets).max().orElse(0) - firstRow;
    before = Math.max(0, -Arrays.stream(grid.columnOffsets).min().orElse(0));
    int lastColumn = grid.columns + Arrays.stream(grid.columnOffsets).max().orElse(0);
    after = Math.max(0, lastColumn - grid.width);
    pitch = Math.max(grid.width + Math.max(before, after), grid.columns);
    int room = MOST_COPIED / pitch - channels * reach;
    int most = Math.min(grid.rows, Math.max(LEAST_ROWS, room / (channels + lines)));
    double work = (double) images * channels * grid.taps() * lines * grid.points();
    int wanted = ceiling((int) Math.min(WANTED_TASKS, work / WORK), images);
    int parts = Math.max(ceiling(grid.rows, most), Math.min(wanted, grid.rows / LEAST_ROWS));
    bandRows = ceiling(grid.rows, parts);
    bands = ceiling(grid.rows, bandRows);
    run = (bandRows - 1) * pitch + grid.columns;
    copiedRows = bandRows + reach;
    channelStep = copiedRows * pitch;
  }

  /** Whether windows slide by single steps, so that such copies exist. */
  static boolean exists(ImageGrid grid) {
    return grid.rowStride == 1 && grid.columnStride == 1 && grid.taps() > 1 && grid.points() > 0;
  }

  /** Floats of all channels, if up to {@code excess} outputs after the run are read as well. */
  int size(int excess) {
    return channels * channelStep + after + excess;
  }

  /** Where each tap of each channel begins. */
  int[] steps() {
    int taps = grid.taps();
    int[] steps = new int[channels * taps];
    for (int i = 0; i < steps.length; i++) {
      int down = grid.rowOffsets[i % taps] - firstRow;
      steps[i] = i / taps * channelStep + down * pitch + before + grid.columnOffsets[i % taps];
    }
    return steps;
  }

  /** Copies what the outputs of a band see, channel after channel. */
  void fill(float[] x, int xo, int band, int size, float[] copy) {
    int plane = grid.height * grid.width;
    int to = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int row = 0; row < copiedRows; row++) {
        int from = band * bandRows + firstRow + row;
        if (from < 0 || from >= grid.height) {
          Arrays.fill(copy, to, to + pitch, 0f);
        } else {
          int end = to + before + grid.width;
          Arrays.fill(copy, to, to + before, 0f);
          System.arraycopy(
              x, xo + channel * plane + from * grid.width, copy, to + before, grid.width);
          Arrays.fill(copy, end, to + pitch, 0f);
        }
        to += pitch;
      }
    }
    Arrays.fill(copy, to, size, 0f);
  }

  /** The rows of a band that exist. */
  int rowsOf(int band) {
    return Math.min(bandRows, grid.rows - band * bandRows);
  }
}
