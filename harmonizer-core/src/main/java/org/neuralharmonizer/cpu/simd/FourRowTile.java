package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.neuralharmonizer.cpu.TileKernel;

/**
 * Four rows of two vectors, for machines with 16 vector registers: eight sums, as many as are under
 * way at once, and six operands. Six rows would read less, but compilers that prove an index once
 * for the whole loop read all operands before they multiply, and have no registers left.
 */
final class FourRowTile implements TileKernel {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final int ROWS = 4;
  private static final int COLUMNS = 2 * LENGTH;
  private static final float[] ZEROS = new float[COLUMNS];

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
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    // Zeros to add to instead of a branch: what has never been taken is compiled away, and the
    // first to take it would throw the compiled loop away.
    float[] z = accumulate ? c : ZEROS;
    int zo = accumulate ? co : 0;
    int ldz = accumulate ? ldc : 0;
    panels(depth, a, ao, b, bo, z, zo, ldz, c, co, ldc);
  }

  @Override
  public void multiplyRows(
      int depth,
      float[] a,
      int ao,
      int rowStep,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    float[] z = accumulate ? c : ZEROS;
    int zo = accumulate ? co : 0;
    int ldz = accumulate ? ldc : 0;
    rows(depth, a, ao, rowStep, b, bo, z, zo, ldz, c, co, ldc);
  }

  @Override
  public void multiplyColumns(
      int depth,
      float[] a,
      int ao,
      int aStep,
      float[] b,
      int bo,
      int bStep,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    float[] z = accumulate ? c : ZEROS;
    int zo = accumulate ? co : 0;
    int ldz = accumulate ? ldc : 0;
    columns(depth, a, ao, aStep, b, bo, bStep, z, zo, ldz, c, co, ldc);
  }

  // Unrolled by hand, stores included: an array of vectors would live on the heap, and what is
  // handed to a method of one's own is made an object once the compiler has inlined enough.
  private static void panels(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] z,
      int zo,
      int ldz,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = c10;
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = c20;
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = c30;
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
      ap += ROWS;
      bp += COLUMNS;
    }
    c00.add(FloatVector.fromArray(SPECIES, z, zo)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, z, zo + LENGTH)).intoArray(c, co + LENGTH);
    c10.add(FloatVector.fromArray(SPECIES, z, zo + ldz)).intoArray(c, co + ldc);
    c11.add(FloatVector.fromArray(SPECIES, z, zo + ldz + LENGTH)).intoArray(c, co + ldc + LENGTH);
    c20.add(FloatVector.fromArray(SPECIES, z, zo + 2 * ldz)).intoArray(c, co + 2 * ldc);
    c21.add(FloatVector.fromArray(SPECIES, z, zo + 2 * ldz + LENGTH))
        .intoArray(c, co + 2 * ldc + LENGTH);
    c30.add(FloatVector.fromArray(SPECIES, z, zo + 3 * ldz)).intoArray(c, co + 3 * ldc);
    c31.add(FloatVector.fromArray(SPECIES, z, zo + 3 * ldz + LENGTH))
        .intoArray(c, co + 3 * ldc + LENGTH);
  }

  private static void rows(
      int depth,
      float[] a,
      int ao,
      int rowStep,
      float[] b,
      int bo,
      float[] z,
      int zo,
      int ldz,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = c10;
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = c20;
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = c30;
    int ap = ao;
    int bp = bo;
    for (int d = 0; d < depth; d++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bp);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bp + LENGTH);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ap]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[ap + rowStep]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[ap + 2 * rowStep]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[ap + 3 * rowStep]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      ap++;
      bp += COLUMNS;
    }
    c00.add(FloatVector.fromArray(SPECIES, z, zo)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, z, zo + LENGTH)).intoArray(c, co + LENGTH);
    c10.add(FloatVector.fromArray(SPECIES, z, zo + ldz)).intoArray(c, co + ldc);
    c11.add(FloatVector.fromArray(SPECIES, z, zo + ldz + LENGTH)).intoArray(c, co + ldc + LENGTH);
    c20.add(FloatVector.fromArray(SPECIES, z, zo + 2 * ldz)).intoArray(c, co + 2 * ldc);
    c21.add(FloatVector.fromArray(SPECIES, z, zo + 2 * ldz + LENGTH))
        .intoArray(c, co + 2 * ldc + LENGTH);
    c30.add(FloatVector.fromArray(SPECIES, z, zo + 3 * ldz)).intoArray(c, co + 3 * ldc);
    c31.add(FloatVector.fromArray(SPECIES, z, zo + 3 * ldz + LENGTH))
        .intoArray(c, co + 3 * ldc + LENGTH);
  }

  // Apart from the panels, whose steps are constants: each constant is worth some per cent.
  private static void columns(
      int depth,
      float[] a,
      int ao,
      int aStep,
      float[] b,
      int bo,
      int bStep,
      float[] z,
      int zo,
      int ldz,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = c10;
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = c20;
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = c30;
    int ap = ao;
    int bp = bo;
    for (int d = 0; d < depth; d++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bp);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bp + LENGTH);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ap]);
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
      ap += aStep;
      bp += bStep;
    }
    c00.add(FloatVector.fromArray(SPECIES, z, zo)).intoArray(c, co);
    c01.add(FloatVector.fromArray(SPECIES, z, zo + LENGTH)).intoArray(c, co + LENGTH);
    c10.add(FloatVector.fromArray(SPECIES, z, zo + ldz)).intoArray(c, co + ldc);
    c11.add(FloatVector.fromArray(SPECIES, z, zo + ldz + LENGTH)).intoArray(c, co + ldc + LENGTH);
    c20.add(FloatVector.fromArray(SPECIES, z, zo + 2 * ldz)).intoArray(c, co + 2 * ldc);
    c21.add(FloatVector.fromArray(SPECIES, z, zo + 2 * ldz + LENGTH))
        .intoArray(c, co + 2 * ldc + LENGTH);
    c30.add(FloatVector.fromArray(SPECIES, z, zo + 3 * ldz)).intoArray(c, co + 3 * ldc);
    c31.add(FloatVector.fromArray(SPECIES, z, zo + 3 * ldz + LENGTH))
        .intoArray(c, co + 3 * ldc + LENGTH);
  }
}
