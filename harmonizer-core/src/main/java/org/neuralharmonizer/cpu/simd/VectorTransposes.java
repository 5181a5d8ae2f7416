package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.FloatVector;

/**
 * Transposition by riffles: of R rows, i and i + R/2 are merged element by element, for each i, and
 * the R results again, log₂ R times; then they hold one column after another.
 */
class VectorTransposes extends VectorRows {

  private static final int FOUR = 4;
  private static final int EIGHT = 8;
  private static final int SIXTEEN = 16;

  @Override
  public void transpose(
      float[] x,
      int xo,
      int pitch,
      int step,
      int rows,
      int columns,
      float[] out,
      int oo,
      int outPitch) {
    int whole = step == 1 ? SPECIES.loopBound(columns) : 0;
    int done = 0;
    if (LENGTH == SIXTEEN) {
      for (; done <= rows - SIXTEEN; done += SIXTEEN) {
        sixteen(x, xo + done * pitch, pitch, whole, out, oo + done, outPitch);
      }
    }
    // A vector of the result holds parts of several columns only where they follow each other.
    if (LENGTH == EIGHT || LENGTH > EIGHT && outPitch == EIGHT) {
      for (; done <= rows - EIGHT; done += EIGHT) {
        eight(x, xo + done * pitch, pitch, whole, out, oo + done, LENGTH / EIGHT * outPitch);
      }
    }
    if (LENGTH == FOUR || LENGTH > FOUR && outPitch == FOUR) {
      for (; done <= rows - FOUR; done += FOUR) {
        four(x, xo + done * pitch, pitch, whole, out, oo + done, outPitch);
      }
    }
    int rest = columns - whole;
    int to = oo + whole * outPitch;
    super.transpose(x, xo + whole * step, pitch, step, done, rest, out, to, outPitch);
    int from = xo + done * pitch;
    super.transpose(x, from, pitch, step, rows - done, columns, out, oo + done, outPitch);
  }

  /**
   * Two columns of the first eight rows lie in the place of the first of them until the other rows'
   * part of it is there: then each keeps its half, and they exchange the others.
   */
  private static void sixteen(
      float[] x, int xo, int pitch, int columns, float[] out, int oo, int outPitch) {
    eight(x, xo, pitch, columns, out, oo, 2 * outPitch);
    eight(x, xo + EIGHT * pitch, pitch, columns, out, oo + outPitch, 2 * outPitch);
    int at = oo;
    for (int end = oo + columns * outPitch; at < end; at += 2 * outPitch) {
      FloatVector first = FloatVector.fromArray(SPECIES, out, at);
      FloatVector last = FloatVector.fromArray(SPECIES, out, at + outPitch);
      first.blend(last.rearrange(SWAPPED), UPPER_HALF).intoArray(out, at);
      first.rearrange(SWAPPED).blend(last, UPPER_HALF).intoArray(out, at + outPitch);
    }
  }

  /**
   * Eight rows of whole vectors.
   *
   * @param step from where one vector of the result lies to the next, which holds the next columns
   */
  private static void eight(
      float[] x, int xo, int pitch, int columns, float[] out, int oo, int step) {
    int from = xo;
    int to = oo;
    for (int end = xo + columns; from < end; from += LENGTH) {
      FloatVector r0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector r1 = FloatVector.fromArray(SPECIES, x, from + pitch);
      FloatVector r2 = FloatVector.fromArray(SPECIES, x, from + 2 * pitch);
      FloatVector r3 = FloatVector.fromArray(SPECIES, x, from + 3 * pitch);
      FloatVector r4 = FloatVector.fromArray(SPECIES, x, from + 4 * pitch);
      FloatVector r5 = FloatVector.fromArray(SPECIES, x, from + 5 * pitch);
      FloatVector r6 = FloatVector.fromArray(SPECIES, x, from + 6 * pitch);
      FloatVector r7 = FloatVector.fromArray(SPECIES, x, from + 7 * pitch);
      FloatVector a0 = r0.rearrange(LOWER).blend(r4.rearrange(LOWER), ODD_PLACES);
      FloatVector a1 = r0.rearrange(UPPER).blend(r4.rearrange(UPPER), ODD_PLACES);
      FloatVector a2 = r1.rearrange(LOWER).blend(r5.rearrange(LOWER), ODD_PLACES);
      FloatVector a3 = r1.rearrange(UPPER).blend(r5.rearrange(UPPER), ODD_PLACES);
      FloatVector a4 = r2.rearrange(LOWER).blend(r6.rearrange(LOWER), ODD_PLACES);
      FloatVector a5 = r2.rearrange(UPPER).blend(r6.rearrange(UPPER), ODD_PLACES);
      FloatVector a6 = r3.rearrange(LOWER).blend(r7.rearrange(LOWER), ODD_PLACES);
      FloatVector a7 = r3.rearrange(UPPER).blend(r7.rearrange(UPPER), ODD_PLACES);
      FloatVector b0 = a0.rearrange(LOWER).blend(a4.rearrange(LOWER), ODD_PLACES);
      FloatVector b1 = a0.rearrange(UPPER).blend(a4.rearrange(UPPER), ODD_PLACES);
      FloatVector b2 = a1.rearrange(LOWER).blend(a5.rearrange(LOWER), ODD_PLACES);
      FloatVector b3 = a1.rearrange(UPPER).blend(a5.rearrange(UPPER), ODD_PLACES);
      FloatVector b4 = a2.rearrange(LOWER).blend(a6.rearrange(LOWER), ODD_PLACES);
      FloatVector b5 = a2.rearrange(UPPER).blend(a6.rearrange(UPPER), ODD_PLACES);
      FloatVector b6 = a3.rearrange(LOWER).blend(a7.rearrange(LOWER), ODD_PLACES);
      FloatVector b7 = a3.rearrange(UPPER).blend(a7.rearrange(UPPER), ODD_PLACES);
      FloatVector c0 = b0.rearrange(LOWER).blend(b4.rearrange(LOWER), ODD_PLACES);
      FloatVector c1 = b0.rearrange(UPPER).blend(b4.rearrange(UPPER), ODD_PLACES);
      FloatVector c2 = b1.rearrange(LOWER).blend(b5.rearrange(LOWER), ODD_PLACES);
      FloatVector c3 = b1.rearrange(UPPER).blend(b5.rearrange(UPPER), ODD_PLACES);
      FloatVector c4 = b2.rearrange(LOWER).blend(b6.rearrange(LOWER), ODD_PLACES);
      FloatVector c5 = b2.rearrange(UPPER).blend(b6.rearrange(UPPER), ODD_PLACES);
      FloatVector c6 = b3.rearrange(LOWER).blend(b7.rearrange(LOWER), ODD_PLACES);
      FloatVector c7 = b3.rearrange(UPPER).blend(b7.rearrange(UPPER), ODD_PLACES);
      c0.intoArray(out, to);
      c1.intoArray(out, to + step);
      c2.intoArray(out, to + 2 * step);
      c3.intoArray(out, to + 3 * step);
      c4.intoArray(out, to + 4 * step);
      c5.intoArray(out, to + 5 * step);
      c6.intoArray(out, to + 6 * step);
      c7.intoArray(out, to + 7 * step);
      to += 8 * step;
    }
  }

  private static void four(
      float[] x, int xo, int pitch, int columns, float[] out, int oo, int outPitch) {
    int step = LENGTH / FOUR * outPitch;
    int from = xo;
    int to = oo;
    for (int end = xo + columns; from < end; from += LENGTH) {
      FloatVector r0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector r1 = FloatVector.fromArray(SPECIES, x, from + pitch);
      FloatVector r2 = FloatVector.fromArray(SPECIES, x, from + 2 * pitch);
      FloatVector r3 = FloatVector.fromArray(SPECIES, x, from + 3 * pitch);
      FloatVector a0 = r0.rearrange(LOWER).blend(r2.rearrange(LOWER), ODD_PLACES);
      FloatVector a1 = r0.rearrange(UPPER).blend(r2.rearrange(UPPER), ODD_PLACES);
      FloatVector a2 = r1.rearrange(LOWER).blend(r3.rearrange(LOWER), ODD_PLACES);
      FloatVector a3 = r1.rearrange(UPPER).blend(r3.rearrange(UPPER), ODD_PLACES);
      FloatVector b0 = a0.rearrange(LOWER).blend(a2.rearrange(LOWER), ODD_PLACES);
      FloatVector b1 = a0.rearrange(UPPER).blend(a2.rearrange(UPPER), ODD_PLACES);
      FloatVector b2 = a1.rearrange(LOWER).blend(a3.rearrange(LOWER), ODD_PLACES);
      FloatVector b3 = a1.rearrange(UPPER).blend(a3.rearrange(UPPER), ODD_PLACES);
      b0.intoArray(out, to);
      b1.intoArray(out, to + step);
      b2.intoArray(out, to + 2 * step);
      b3.intoArray(out, to + 3 * step);
      to += 4 * step;
    }
  }
}
