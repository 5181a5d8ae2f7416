package org.neuralharmonizer.cpu;

import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/** A plane of outputs with zeros around it, as far as any tap of any input phase reaches. */
final class OutputPlane {

  final WindowAxis rows;
  final WindowAxis columns;
  final int pitch;
  final int size;
  private final int top;
  private final int left;
  private final int height;

  OutputPlane(WindowGeometry window, List<InputPhase> down, List<InputPhase> across) {
    rows = window.rows();
    columns = window.columns();
    top = first(down);
    left = first(across);
    height = end(down) - top;
    int most = across.stream().mapToInt(InputPhase::positions).max().orElse(1);
    // A phase that no tap reaches may have the most positions.
    pitch = Math.max(end(across) - left, most);
    size = height * pitch;
  }

  private static int first(List<InputPhase> phases) {
    return phases.stream()
        .flatMap(phase -> phase.outputs().stream())
        .mapToInt(output -> output)
        .min()
        .orElse(0);
  }

  private static int end(List<InputPhase> phases) {
    return phases.stream()
        .flatMap(phase -> phase.outputs().stream().map(output -> output + phase.positions()))
        .mapToInt(output -> output)
        .max()
        .orElse(1);
  }

  int taps() {
    return rows.kernel() * columns.kernel();
  }

  int kernelWidth() {
    return columns.kernel();
  }

  int offset(int row, int column) {
    return (row - top) * pitch + column - left;
  }

  /** Floats that {@link #fill} needs, the last of several planes' neighbourhood included. */
  int room(int planes) {
    return planes * size + SpreadPlane.whole(1) + Loops.SLACK;
  }

  void fill(Loops loops, float[] y, int yo, float[] plane, int to) {
    int end = to + size + SpreadPlane.whole(1);
    int width = columns.outputs();
    if (top <= 0 && left <= 0 && top + height >= rows.outputs() && left + pitch >= width) {
      int start = to + offset(0, 0);
      Arrays.fill(plane, to, start, 0f);
      loops.spreadRows(y, yo, width, width, rows.outputs(), 0f, plane, start, pitch);
      Arrays.fill(plane, start + (rows.outputs() - 1) * pitch + width, end, 0f);
      return;
    }
    Arrays.fill(plane, to, end, 0f);
    int firstColumn = Math.max(0, left);
    int endColumn = Math.min(width, left + pitch);
    for (int row = Math.max(0, top); row < Math.min(rows.outputs(), top + height); row++) {
      if (firstColumn < endColumn) {
        System.arraycopy(
            y,
            yo + row * width + firstColumn,
            plane,
            to + offset(row, firstColumn),
            endColumn - firstColumn);
      }
    }
  }
}
