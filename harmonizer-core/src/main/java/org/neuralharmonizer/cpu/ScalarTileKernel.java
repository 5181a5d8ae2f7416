package org.neuralharmonizer.cpu;

import java.util.Arrays;

/**
 * The tile in plain Java, in the one shape that compilers of Java 17 and 25 both turn into vector
 * instructions: eight rows of b at a time, each an array of its own read from index 0, update one
 * row of sums.
 */
final class ScalarTileKernel implements TileKernel {

  private static final int ROWS = 16;
  private static final int COLUMNS = 256;
  private static final int STEP = 8;

  private final float[][] sums = new float[ROWS][COLUMNS];
  private final float[][] b = new float[STEP][COLUMNS];
  private final float[] a = new float[STEP];

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public void multiplyPanels(
      int depth,
      float[] rows,
      int ao,
      float[] columns,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    add(depth, rows, ao, 1, ROWS, columns, bo, COLUMNS);
    store(c, co, ldc, accumulate);
  }

  @Override
  public void multiplyRows(
      int depth,
      float[] rows,
      int ao,
      int rowStep,
      float[] columns,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    add(depth, rows, ao, rowStep, 1, columns, bo, COLUMNS);
    store(c, co, ldc, accumulate);
  }

  @Override
  public void multiplyColumns(
      int depth,
      float[] rows,
      int ao,
      int aStep,
      float[] columns,
      int bo,
      int bStep,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    add(depth, rows, ao, 1, aStep, columns, bo, bStep);
    store(c, co, ldc, accumulate);
  }

  /** To zero. */
  private void add(
      int depth,
      float[] rows,
      int ao,
      int rowStep,
      int depthStep,
      float[] columns,
      int bo,
      int bStep) {
    for (float[] row : sums) {
      Arrays.fill(row, 0f);
    }
    int d = 0;
    for (; d <= depth - STEP; d += STEP) {
      for (int t = 0; t < STEP; t++) {
        System.arraycopy(columns, bo + (d + t) * bStep, b[t], 0, COLUMNS);
      }
      for (int i = 0; i < ROWS; i++) {
        for (int t = 0; t < STEP; t++) {
          a[t] = rows[ao + i * rowStep + (d + t) * depthStep];
        }
        addEight(sums[i], a, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]);
      }
    }
    for (; d < depth; d++) {
      System.arraycopy(columns, bo + d * bStep, b[0], 0, COLUMNS);
      for (int i = 0; i < ROWS; i++) {
        addOne(sums[i], rows[ao + i * rowStep + d * depthStep], b[0]);
      }
    }
  }

  private void store(float[] c, int co, int ldc, boolean accumulate) {
    for (int i = 0; i < ROWS; i++) {
      if (accumulate) {
        for (int j = 0; j < COLUMNS; j++) {
          c[co + i * ldc + j] += sums[i][j];
        }
      } else {
        System.arraycopy(sums[i], 0, c, co + i * ldc, COLUMNS);
      }
    }
  }

  private static void addEight(
      float[] sum,
      float[] a,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float[] b4,
      float[] b5,
      float[] b6,
      float[] b7) {
    float a0 = a[0];
    float a1 = a[1];
    float a2 = a[2];
    float a3 = a[3];
    float a4 = a[4];
    float a5 = a[5];
    float a6 = a[6];
    float a7 = a[7];
    for (int j = 0; j < COLUMNS; j++) {
      float s = sum[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
      sum[j] = s + a4 * b4[j] + a5 * b5[j] + a6 * b6[j] + a7 * b7[j];
    }
  }

  private static void addOne(float[] sum, float a, float[] b) {
    for (int j = 0; j < COLUMNS; j++) {
      sum[j] += a * b[j];
    }
  }
}
