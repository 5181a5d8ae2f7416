package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.neuralharmonizer.tensor.SeededRandom;

/** What every tile of a matrix product has to do. */
public final class TileKernels {
  private static final int BEFORE = 3;
  private static final float UNTOUCHED = 7f;

  /** Sums of at most 40 products of numbers around 1 in single precision. */
  private static final double TOLERANCE = 1e-4;

  private TileKernels() {}

  /** All three ways, for every depth around those at which loops are unrolled. */
  public static void check(TileKernel kernel) {
    for (int depth : new int[] {0, 1, 2, 7, 8, 9, 40}) {
      for (boolean accumulate : new boolean[] {false, true}) {
        check(kernel, depth, accumulate);
      }
    }
  }

  private static void check(TileKernel kernel, int depth, boolean accumulate) {
    int rows = kernel.rows();
    int columns = kernel.columns();
    SeededRandom random = SeededRandom.of(depth);
    float[] left = gaussian(random, rows * depth);
    float[] right = gaussian(random, depth * columns);
    int ldc = columns + 5;
    float[] before = new float[BEFORE + rows * ldc];
    Arrays.fill(before, UNTOUCHED);

    float[] panel = new float[BEFORE + rows * depth];
    int rowStep = depth + 2;
    float[] lines = new float[BEFORE + rows * rowStep];
    for (int i = 0; i < rows; i++) {
      for (int d = 0; d < depth; d++) {
        panel[BEFORE + d * rows + i] = left[i * depth + d];
        lines[BEFORE + i * rowStep + d] = left[i * depth + d];
      }
    }
    float[] packed = new float[BEFORE + depth * columns];
    System.arraycopy(right, 0, packed, BEFORE, right.length);
    int bStep = columns + 2;
    float[] apart = new float[BEFORE + depth * bStep];
    int aStep = rows + 1;
    float[] spread = new float[BEFORE + depth * aStep];
    for (int d = 0; d < depth; d++) {
      System.arraycopy(right, d * columns, apart, BEFORE + d * bStep, columns);
      System.arraycopy(panel, BEFORE + d * rows, spread, BEFORE + d * aStep, rows);
    }

    float[] fromPanels = before.clone();
    kernel.multiplyPanels(
        depth, panel, BEFORE, packed, BEFORE, fromPanels, BEFORE, ldc, accumulate);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < ldc && BEFORE + i * ldc + j < before.length; j++) {
        double sum = accumulate || j >= columns ? UNTOUCHED : 0;
        for (int d = 0; d < depth && j < columns; d++) {
          sum += (double) left[i * depth + d] * right[d * columns + j];
        }
        assertThat((double) fromPanels[BEFORE + i * ldc + j])
            .as("depth %d, (%d, %d)", depth, i, j)
            .isCloseTo(sum, within(j < columns ? TOLERANCE : 0));
      }
    }
    float[] fromRows = before.clone();
    kernel.multiplyRows(
        depth, lines, BEFORE, rowStep, packed, BEFORE, fromRows, BEFORE, ldc, accumulate);
    assertThat(fromRows).isEqualTo(fromPanels);
    float[] fromColumns = before.clone();
    kernel.multiplyColumns(
        depth, spread, BEFORE, aStep, apart, BEFORE, bStep, fromColumns, BEFORE, ldc, accumulate);
    assertThat(fromColumns).isEqualTo(fromPanels);
  }

  private static float[] gaussian(SeededRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
