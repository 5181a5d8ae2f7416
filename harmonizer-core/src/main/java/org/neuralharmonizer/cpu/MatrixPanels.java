package org.neuralharmonizer.cpu;

import java.util.Arrays;

/** Panels of a matrix in memory: element (d, j) lies at offset + d · depthStep + j · lineStep. */
record MatrixPanels(float[] values, int offset, int depthStep, int lineStep)
    implements PanelSource {

  private static final int BLOCK = 8;
  private static final int FOUR = 4;

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
    pack(values, from, depthStep, lineStep, depth, lines, width, panel, po);
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
      int po) {
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
    int j = 0;
    for (; j <= lines - BLOCK; j += BLOCK) {
      packEight(values, from + j * lineStep, depth, depthStep, lineStep, width, panel, po + j);
    }
    if (lines - j >= FOUR) {
      packFour(values, from + j * lineStep, depth, depthStep, lineStep, width, panel, po + j);
      j += FOUR;
    }
    for (; j < lines; j++) {
      for (int d = 0; d < depth; d++) {
        panel[po + d * width + j] = values[from + j * lineStep + d * depthStep];
      }
    }
  }

  /** Eight lines side by side: each cache line of the panel is written once. */
  private static void packEight(
      float[] values,
      int from,
      int depth,
      int depthStep,
      int lineStep,
      int width,
      float[] panel,
      int po) {
    int x = from;
    int p = po;
    for (int d = 0; d < depth; d++) {
      panel[p] = values[x];
      panel[p + 1] = values[x + lineStep];
      panel[p + 2] = values[x + 2 * lineStep];
      panel[p + 3] = values[x + 3 * lineStep];
      panel[p + 4] = values[x + 4 * lineStep];
      panel[p + 5] = values[x + 5 * lineStep];
      panel[p + 6] = values[x + 6 * lineStep];
      panel[p + 7] = values[x + 7 * lineStep];
      x += depthStep;
      p += width;
    }
  }

  /** The same of four. */
  private static void packFour(
      float[] values,
      int from,
      int depth,
      int depthStep,
      int lineStep,
      int width,
      float[] panel,
      int po) {
    int x = from;
    int p = po;
    for (int d = 0; d < depth; d++) {
      panel[p] = values[x];
      panel[p + 1] = values[x + lineStep];
      panel[p + 2] = values[x + 2 * lineStep];
      panel[p + 3] = values[x + 3 * lineStep];
      x += depthStep;
      p += width;
    }
  }
}
