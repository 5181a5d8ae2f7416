package org.neuralharmonizer.cpu;

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
    int from = offset + (depth0 / taps.length * channels + line0) * size;
    int t = depth0 % taps.length;
    int to = po;
    for (int d = 0; d < depth; d++) {
      int at = from + taps[t];
      for (int j = 0; j < lines; j++) {
        panel[to + j] = values[at + j * size];
      }
      for (int j = lines; j < width; j++) {
        panel[to + j] = 0f;
      }
      to += width;
      if (++t == taps.length) {
        t = 0;
        from += channels * size;
      }
    }
  }
}
