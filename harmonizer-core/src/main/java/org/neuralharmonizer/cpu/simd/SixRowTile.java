package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.neuralharmonizer.cpu.TileKernel;

/** Six rows of two vectors: twelve sums, for machines with 16 vector registers. */
final class SixRowTile implements TileKernel {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final int ROWS = 6;
  private static final int COLUMNS = 2 * LENGTH;

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public void multiply(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    product(depth, a, ao, b, bo, c, co, ldc, accumulate);
  }

  // Unrolled by hand: an array of vectors would live on the heap.
  private static void product(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = c10;
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = c20;
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = c30;
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = c40;
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = c50;
    int ap = ao;
    int bp = bo;
    for (int d = 0; d < depth; d++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bp);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bp + LENGTH);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ap + 0]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ap + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ap + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ap + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[ap + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[ap + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      ap += ROWS;
      bp += COLUMNS;
    }
    store(c00, c, co, accumulate);
    store(c01, c, co + LENGTH, accumulate);
    store(c10, c, co + ldc, accumulate);
    store(c11, c, co + ldc + LENGTH, accumulate);
    store(c20, c, co + 2 * ldc, accumulate);
    store(c21, c, co + 2 * ldc + LENGTH, accumulate);
    store(c30, c, co + 3 * ldc, accumulate);
    store(c31, c, co + 3 * ldc + LENGTH, accumulate);
    store(c40, c, co + 4 * ldc, accumulate);
    store(c41, c, co + 4 * ldc + LENGTH, accumulate);
    store(c50, c, co + 5 * ldc, accumulate);
    store(c51, c, co + 5 * ldc + LENGTH, accumulate);
  }

  private static void store(FloatVector sum, float[] c, int offset, boolean accumulate) {
    FloatVector result = accumulate ? sum.add(FloatVector.fromArray(SPECIES, c, offset)) : sum;
    result.intoArray(c, offset);
  }
}
