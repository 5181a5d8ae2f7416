package org.neuralharmonizer.cpu;

import java.util.Arrays;

/** Panels of a matrix in memory: element (d, j) lies at offset + d · depthStep + j · lineStep. */
record MatrixPanels(float[] values, int offset, int depthStep, int lineStep)
    implements PanelSource {

  /** For shorter runs a call of arraycopy takes longer than a loop. */
  private static final int FEW_LINES = 16;

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
    int from = offset + depth0 * depthStep + line0 * lineStep;
    pack(values, from, depthStep, lineStep, depth, lines, width, panel, po, scratch.loops());
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
    if (lineStep == 1) {
      int from = offset + depth0 * depthStep + line0;
      scratch.loops().panels(values, from, depthStep, depth, lines, width, panels, po, step);
    } else {
      PanelSource.super.packAll(depth0, depth, line0, lines, width, panels, po, step, scratch);
    }
  }

  /** The same from an element on. */
  static void pack(
      float[] values,
      int from,
      int depthStep,
      int lineStep,
      int depth,
      int lines,
      int width,
      float[] panel,
      int po,
      Loops loops) {
    if (lines < width) {
      Arrays.fill(panel, po, po + depth * width, 0f);
    }
    if (lineStep == 1 && lines < FEW_LINES) {
      for (int d = 0; d < depth; d++) {
        for (int line = 0; line < lines; line++) {
          panel[po + d * width + line] = values[from + d * depthStep + line];
        }
      }
      return;
    }
    if (lineStep == 1) {
      for (int d = 0; d < depth; d++) {
        System.arraycopy(values, from + d * depthStep, panel, po + d * width, lines);
      }
      return;
    }
    loops.transpose(values, from, lineStep, depthStep, lines, depth, panel, po, width);
  }
}
