package org.neuralharmonizer.cpu;

/**
 * Where a matrix product goes. Row i lies at {@code offset + i · rowStep}; its columns are numbered
 * through the lines of one image after another, so that small images fill whole tiles together.
 *
 * @param lineLength columns of a line
 * @param lines lines of an image
 */
record ProductTarget(
    float[] values,
    int offset,
    int rowStep,
    int columnStep,
    int lineLength,
    int lineStep,
    int lines,
    int imageStep) {

  static ProductTarget matrix(float[] values, int offset, int columns, int rowStep) {
    return new ProductTarget(values, offset, rowStep, 1, columns, 0, 1, 0);
  }

  /** Whether that many columns from this one on lie next to each other. */
  boolean isContiguous(int column, int count) {
    return columnStep == 1 && column % lineLength + count <= lineLength;
  }

  int position(int row, int column) {
    int line = column / lineLength;
    return offset
        + row * rowStep
        + line / lines * imageStep
        + line % lines * lineStep
        + column % lineLength * columnStep;
  }

  /** Copies a block of a row-major tile here, or adds it. */
  void store(
      float[] tile,
      int to,
      int tileStep,
      int row,
      int rows,
      int column,
      int columns,
      boolean accumulate) {
    int done = 0;
    while (done < columns) {
      int within = (column + done) % lineLength;
      int count = Math.min(columns - done, lineLength - within);
      int position = position(row, column + done);
      for (int i = 0; i < rows; i++) {
        storeRun(tile, to + i * tileStep + done, position + i * rowStep, count, accumulate);
      }
      done += count;
    }
  }

  private void storeRun(float[] tile, int from, int position, int count, boolean accumulate) {
    int step = columnStep;
    if (accumulate) {
      for (int j = 0; j < count; j++) {
        values[position + j * step] += tile[from + j];
      }
    } else if (step == 1) {
      System.arraycopy(tile, from, values, position, count);
    } else {
      for (int j = 0; j < count; j++) {
        values[position + j * step] = tile[from + j];
      }
    }
  }
}
