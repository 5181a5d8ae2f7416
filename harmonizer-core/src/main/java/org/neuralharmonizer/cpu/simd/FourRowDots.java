package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.neuralharmonizer.cpu.DotKernel;

/**
 * Four runs by three windows: twelve sums, which fit 16 vector registers; with 32, 24 were slower.
 */
final class FourRowDots implements DotKernel {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final int ROWS = 4;

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public int lanes() {
    return LENGTH;
  }

  @Override
  public void dots(
      int n,
      float[] y,
      int yo,
      int yStep,
      float[] x,
      int x0,
      int x1,
      int x2,
      float[] sums,
      int so) {
    products(n, y, yo, yStep, x, x0, x1, x2, sums, so);
  }

  // Unrolled by hand: an array of vectors would live on the heap.
  private static void products(
      int n,
      float[] y,
      int yo,
      int yStep,
      float[] x,
      int x0,
      int x1,
      int x2,
      float[] sums,
      int so) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s02 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector s12 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s21 = FloatVector.zero(SPECIES);
    FloatVector s22 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s31 = FloatVector.zero(SPECIES);
    FloatVector s32 = FloatVector.zero(SPECIES);
    for (int p = 0; p < n; p += LENGTH) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, x, x0 + p);
      FloatVector b1 = FloatVector.fromArray(SPECIES, x, x1 + p);
      FloatVector b2 = FloatVector.fromArray(SPECIES, x, x2 + p);
      FloatVector a0 = FloatVector.fromArray(SPECIES, y, yo + p);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s02 = a0.fma(b2, s02);
      FloatVector a1 = FloatVector.fromArray(SPECIES, y, yo + yStep + p);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      s12 = a1.fma(b2, s12);
      FloatVector a2 = FloatVector.fromArray(SPECIES, y, yo + 2 * yStep + p);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      s22 = a2.fma(b2, s22);
      FloatVector a3 = FloatVector.fromArray(SPECIES, y, yo + 3 * yStep + p);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      s32 = a3.fma(b2, s32);
    }
    s00.add(FloatVector.fromArray(SPECIES, sums, so)).intoArray(sums, so);
    s01.add(FloatVector.fromArray(SPECIES, sums, so + 1 * LENGTH)).intoArray(sums, so + 1 * LENGTH);
    s02.add(FloatVector.fromArray(SPECIES, sums, so + 2 * LENGTH)).intoArray(sums, so + 2 * LENGTH);
    s10.add(FloatVector.fromArray(SPECIES, sums, so + 3 * LENGTH)).intoArray(sums, so + 3 * LENGTH);
    s11.add(FloatVector.fromArray(SPECIES, sums, so + 4 * LENGTH)).intoArray(sums, so + 4 * LENGTH);
    s12.add(FloatVector.fromArray(SPECIES, sums, so + 5 * LENGTH)).intoArray(sums, so + 5 * LENGTH);
    s20.add(FloatVector.fromArray(SPECIES, sums, so + 6 * LENGTH)).intoArray(sums, so + 6 * LENGTH);
    s21.add(FloatVector.fromArray(SPECIES, sums, so + 7 * LENGTH)).intoArray(sums, so + 7 * LENGTH);
    s22.add(FloatVector.fromArray(SPECIES, sums, so + 8 * LENGTH)).intoArray(sums, so + 8 * LENGTH);
    s30.add(FloatVector.fromArray(SPECIES, sums, so + 9 * LENGTH)).intoArray(sums, so + 9 * LENGTH);
    s31.add(FloatVector.fromArray(SPECIES, sums, so + 10 * LENGTH))
        .intoArray(sums, so + 10 * LENGTH);
    s32.add(FloatVector.fromArray(SPECIES, sums, so + 11 * LENGTH))
        .intoArray(sums, so + 11 * LENGTH);
  }
}
