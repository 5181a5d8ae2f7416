package org.neuralharmonizer.cpu;

import java.util.Arrays;

/**
 * Rows of an image with the channels of each pixel side by side, so that what is done to all
 * channels alike is one long loop whatever the size of the image.
 */
final class ChannelRows {

  private static final int BLOCK = 8;

  private ChannelRows() {}

  /**
   * Copies pixels of a row, {@code out[oo + p · pitch + c]} = channel c at column {@code left + p ·
   * step} for p = 0 … count − 1; zero where that lies outside the image.
   *
   * @param x planes of height × width, channel after channel, from xo on
   * @param pitch at least the number of channels; what is between is zero as well
   */
  static void gather(
      float[] x,
      int xo,
      int channels,
      int height,
      int width,
      int row,
      int left,
      int step,
      int count,
      float[] out,
      int oo,
      int pitch,
      Loops loops) {
    int first = Math.min(count, Math.max(0, ceilingDivide(-left, step)));
    int end = Math.max(first, Math.min(count, ceilingDivide(width - left, step)));
    if (row < 0 || row >= height || first == end) {
      Arrays.fill(out, oo, oo + count * pitch, 0f);
      return;
    }
    Arrays.fill(out, oo, oo + first * pitch, 0f);
    Arrays.fill(out, oo + end * pitch, oo + count * pitch, 0f);
    int from = xo + row * width + left + first * step;
    int plane = height * width;
    int to = oo + first * pitch;
    MatrixPanels.pack(x, from, step, plane, end - first, channels, pitch, out, to, loops);
  }

  private static int ceilingDivide(int dividend, int divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }

  /** Copies {@code count} pixels of all channels back to their planes, {@code step} apart. */
  static void scatter(
      float[] rows,
      int ro,
      int pitch,
      int channels,
      int count,
      float[] y,
      int yo,
      int step,
      int plane) {
    int c = 0;
    for (; c <= channels - BLOCK; c += BLOCK) {
      scatterEight(rows, ro + c, pitch, count, y, yo + c * plane, step, plane);
    }
    for (; c < channels; c++) {
      for (int p = 0; p < count; p++) {
        y[yo + c * plane + p * step] = rows[ro + p * pitch + c];
      }
    }
  }

  /** Eight channels side by side: each cache line of the rows is read once. */
  private static void scatterEight(
      float[] rows, int ro, int pitch, int count, float[] y, int yo, int step, int plane) {
    int from = ro;
    int to = yo;
    for (int p = 0; p < count; p++) {
      y[to] = rows[from];
      y[to + plane] = rows[from + 1];
      y[to + 2 * plane] = rows[from + 2];
      y[to + 3 * plane] = rows[from + 3];
      y[to + 4 * plane] = rows[from + 4];
      y[to + 5 * plane] = rows[from + 5];
      y[to + 6 * plane] = rows[from + 6];
      y[to + 7 * plane] = rows[from + 7];
      from += pitch;
      to += step;
    }
  }
}
