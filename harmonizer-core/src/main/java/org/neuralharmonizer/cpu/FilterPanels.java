package org.neuralharmonizer.cpu;

import java.util.Arrays;

/**
 * Filters as the left operand of the input gradient: lines are input channels, the depth runs
 * through filters and, within each, the taps chosen.
 *
 * @param channels input channels of a filter
 * @param size taps of a filter's plane, chosen or not
 */
record FilterPanels(float[] values, int offset, int channels, int size, int[] taps)
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
    for (int d = 0; d < depth; d++) {
      int filter = (depth0 + d) / taps.length;
      int tap = taps[(depth0 + d) % taps.length];
      int from = offset + (filter * channels + line0) * size + tap;
      int to = po + d * width;
      for (int j = 0; j < lines; j++) {
        panel[to + j] = values[from + j * size];
      }
      Arrays.fill(panel, to + lines, to + width, 0f);
    }
  }
}
