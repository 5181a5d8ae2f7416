package org.neuralharmonizer.cpu.simd;

import java.util.function.IntPredicate;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/** Rows spread, packed, cut into panels, and taken apart for a stride of two. */
class VectorRows extends VectorSums {

  // Every second element of two vectors, and both by turns: the same places of either, of which
  // a mask chooses. One shuffle over both vectors would be taken apart anew in each round.
  private static final VectorShuffle<Float> EVENS =
      VectorShuffle.fromOp(SPECIES, i -> 2 * i % LENGTH);

  private static final VectorShuffle<Float> ODDS =
      VectorShuffle.fromOp(SPECIES, i -> (2 * i + 1) % LENGTH);

  static final VectorShuffle<Float> LOWER = VectorShuffle.fromOp(SPECIES, i -> i / 2);

  static final VectorShuffle<Float> UPPER = VectorShuffle.fromOp(SPECIES, i -> (LENGTH + i) / 2);

  static final VectorShuffle<Float> SWAPPED =
      VectorShuffle.fromOp(SPECIES, i -> (LENGTH / 2 + i) % LENGTH);

  static final VectorMask<Float> UPPER_HALF = mask(i -> i >= LENGTH / 2);
  static final VectorMask<Float> ODD_PLACES = mask(i -> i % 2 == 1);

  private static VectorMask<Float> mask(IntPredicate lanes) {
    boolean[] set = new boolean[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      set[i] = lanes.test(i);
    }
    return VectorMask.fromArray(SPECIES, set, 0);
  }

  @Override
  public void spreadRows(
      float[] x,
      int xo,
      int xPitch,
      int width,
      int rows,
      float between,
      float[] out,
      int oo,
      int pitch) {
    int done = 0;
    if (pitch - width <= LENGTH && width <= LENGTH) {
      done = Math.min(rows, Math.max(0, Math.floorDiv(x.length - xo - LENGTH, xPitch) + 1));
      spreadShort(x, xo, xPitch, width, done, between, out, oo, pitch);
    } else if (pitch - width <= LENGTH && width <= 2 * LENGTH) {
      done = rows;
      spreadLong(x, xo, xPitch, width, rows, between, out, oo, pitch);
    }
    super.spreadRows(
        x, xo + done * xPitch, xPitch, width, rows - done, between, out, oo + done * pitch, pitch);
  }

  /** Whole vectors: what is between rows, and then the next row, replaces what was too much. */
  private static void spreadShort(
      float[] x,
      int xo,
      int xPitch,
      int width,
      int rows,
      float between,
      float[] out,
      int oo,
      int pitch) {
    FloatVector filling = FloatVector.broadcast(SPECIES, between);
    int from = xo;
    int to = oo;
    for (int end = oo + rows * pitch; to < end; to += pitch) {
      FloatVector.fromArray(SPECIES, x, from).intoArray(out, to);
      filling.intoArray(out, to + width);
      from += xPitch;
    }
  }

  /** The second of two vectors overlaps the first. */
  private static void spreadLong(
      float[] x,
      int xo,
      int xPitch,
      int width,
      int rows,
      float between,
      float[] out,
      int oo,
      int pitch) {
    FloatVector filling = FloatVector.broadcast(SPECIES, between);
    int from = xo;
    int to = oo;
    int second = width - LENGTH;
    for (int end = oo + rows * pitch; to < end; to += pitch) {
      FloatVector.fromArray(SPECIES, x, from).intoArray(out, to);
      FloatVector.fromArray(SPECIES, x, from + second).intoArray(out, to + second);
      filling.intoArray(out, to + width);
      from += xPitch;
    }
  }

  @Override
  public void panels(
      float[] x,
      int xo,
      int pitch,
      int rows,
      int columns,
      int width,
      float[] out,
      int oo,
      int step) {
    int whole = 0;
    if (width == 2 * LENGTH) {
      whole = columns / width;
      for (int row = 0; row < rows; row++) {
        pairsOfVectors(x, xo + row * pitch, whole, out, oo + row * width, step);
      }
    } else if (2 * width == LENGTH) {
      // Vectors of elements that two panels share: pairs of rows, an odd last one is left over.
      whole = columns / LENGTH * 2;
      for (int row = 0; row < rows - 1; row += 2) {
        halvesOfVectors(x, xo + row * pitch, pitch, whole, out, oo + row * width, step);
      }
      if (rows % 2 == 1) {
        int last = rows - 1;
        super.panels(
            x, xo + last * pitch, pitch, 1, whole * width, width, out, oo + last * width, step);
      }
    }
    int done = whole * width;
    super.panels(x, xo + done, pitch, rows, columns - done, width, out, oo + whole * step, step);
  }

  private static void halvesOfVectors(
      float[] x, int xo, int pitch, int count, float[] out, int oo, int step) {
    int from = xo;
    int to = oo;
    for (int i = 0; i < count; i += 2) {
      FloatVector first = FloatVector.fromArray(SPECIES, x, from);
      FloatVector second = FloatVector.fromArray(SPECIES, x, from + pitch);
      first.blend(second.rearrange(SWAPPED), UPPER_HALF).intoArray(out, to);
      first.rearrange(SWAPPED).blend(second, UPPER_HALF).intoArray(out, to + step);
      from += LENGTH;
      to += 2 * step;
    }
  }

  private static void pairsOfVectors(float[] x, int xo, int count, float[] out, int oo, int step) {
    int from = xo;
    int to = oo;
    for (int i = 0; i < count; i++) {
      FloatVector.fromArray(SPECIES, x, from).intoArray(out, to);
      FloatVector.fromArray(SPECIES, x, from + LENGTH).intoArray(out, to + LENGTH);
      from += 2 * LENGTH;
      to += step;
    }
  }

  @Override
  public void packRows(float[] x, int xo, int pitch, int width, int rows, float[] out, int oo) {
    int done = 0;
    if (width <= LENGTH) {
      int before =
          Math.min(
              (rows * width - LENGTH) / width + 1,
              Math.floorDiv(x.length - xo - LENGTH, pitch) + 1);
      done = rows * width < LENGTH ? 0 : Math.min(rows, Math.max(0, before));
      packShort(x, xo, pitch, width, done, out, oo);
    } else if (width <= 2 * LENGTH) {
      done = rows;
      packLong(x, xo, pitch, width, rows, out, oo);
    }
    super.packRows(x, xo + done * pitch, pitch, width, rows - done, out, oo + done * width);
  }

  private static void packShort(
      float[] x, int xo, int pitch, int width, int rows, float[] out, int oo) {
    int from = xo;
    int to = oo;
    for (int end = oo + rows * width; to < end; to += width) {
      FloatVector.fromArray(SPECIES, x, from).intoArray(out, to);
      from += pitch;
    }
  }

  private static void packLong(
      float[] x, int xo, int pitch, int width, int rows, float[] out, int oo) {
    int from = xo;
    int to = oo;
    int second = width - LENGTH;
    for (int end = oo + rows * width; to < end; to += width) {
      FloatVector.fromArray(SPECIES, x, from).intoArray(out, to);
      FloatVector.fromArray(SPECIES, x, from + second).intoArray(out, to + second);
      from += pitch;
    }
  }

  @Override
  public void pickRows(float[] x, int xo, int[] steps, int rows, int width, float[] out, int oo) {
    if (width != 2 * LENGTH) {
      super.pickRows(x, xo, steps, rows, width, out, oo);
      return;
    }
    int to = oo;
    for (int row = 0; row < rows; row++) {
      int from = xo + steps[row];
      FloatVector.fromArray(SPECIES, x, from).intoArray(out, to);
      FloatVector.fromArray(SPECIES, x, from + LENGTH).intoArray(out, to + LENGTH);
      to += 2 * LENGTH;
    }
  }

  @Override
  public void split(float[] x, int xo, int n, float[] even, int eo, float[] odd, int oo) {
    int i = 0;
    for (int end = SPECIES.loopBound(n / 2); i < end; i += LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xo + 2 * i);
      FloatVector b = FloatVector.fromArray(SPECIES, x, xo + 2 * i + LENGTH);
      a.rearrange(EVENS).blend(b.rearrange(EVENS), UPPER_HALF).intoArray(even, eo + i);
      a.rearrange(ODDS).blend(b.rearrange(ODDS), UPPER_HALF).intoArray(odd, oo + i);
    }
    super.split(x, xo + 2 * i, n - 2 * i, even, eo + i, odd, oo + i);
  }

  @Override
  public void merge(float[] even, int eo, float[] odd, int oo, float[] out, int to, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n / 2); i < end; i += LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, even, eo + i);
      FloatVector b = FloatVector.fromArray(SPECIES, odd, oo + i);
      a.rearrange(LOWER).blend(b.rearrange(LOWER), ODD_PLACES).intoArray(out, to + 2 * i);
      a.rearrange(UPPER).blend(b.rearrange(UPPER), ODD_PLACES).intoArray(out, to + 2 * i + LENGTH);
    }
    super.merge(even, eo + i, odd, oo + i, out, to + 2 * i, n - 2 * i);
  }
}
