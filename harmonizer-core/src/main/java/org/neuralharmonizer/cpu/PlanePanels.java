package org.neuralharmonizer.cpu;

/** Whole planes as lines; the depth runs through images and, within each, a plane's elements. */
record PlanePanels(float[] values, int offset, int planeSize, int imageStep)
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
    for (int done = 0; done < depth; ) {
      int within = (depth0 + done) % planeSize;
      int count = Math.min(depth - done, planeSize - within);
      int image = offset + (depth0 + done) / planeSize * imageStep;
      int from = image + within + line0 * planeSize;
      int to = po + done * width;
      MatrixPanels.pack(
          values, from, 1, planeSize, count, lines, width, panel, to, scratch.loops());
      done += count;
    }
  }
}
