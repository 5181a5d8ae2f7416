package org.neuralharmonizer.cpu.simd;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Maxima, and filters slid along a run. */
final class VectorReductions extends VectorTransposes {

  /** How many taps one pass takes: registers hold nine weights or sums and an operand. */
  private static final int NINE = 9;

  @Override
  public int maxIndex(float[] x, int xo, int n) {
    if (n < 2 * LENGTH) {
      return super.maxIndex(x, xo, n);
    }
    float largest = largest(x, xo, n);
    // Equality, not order, so that the first of the largest is found; NaN equals nothing.
    if (Float.isNaN(largest)) {
      return super.maxIndex(x, xo, n);
    }
    int i = firstVector(x, xo, n, largest);
    while (x[xo + i] != largest) {
      i++;
    }
    return i;
  }

  /** Where the vector begins that has the value first, or the rest that fills none. */
  private static int firstVector(float[] x, int xo, int n, float value) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      if (FloatVector.fromArray(SPECIES, x, xo + i).compare(VectorOperators.EQ, value).anyTrue()) {
        return i;
      }
    }
    return i;
  }

  private static float largest(float[] x, int xo, int n) {
    FloatVector m0 = FloatVector.fromArray(SPECIES, x, xo);
    FloatVector m1 = m0;
    int i = 0;
    for (; i <= n - 2 * LENGTH; i += 2 * LENGTH) {
      m0 = m0.max(FloatVector.fromArray(SPECIES, x, xo + i));
      m1 = m1.max(FloatVector.fromArray(SPECIES, x, xo + i + LENGTH));
    }
    float largest = m0.max(m1).reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      largest = Math.max(largest, x[xo + i]);
    }
    return largest;
  }

  @Override
  public void raise(
      float[] x, int xo, float mark, float[] best, int bo, float[] index, int io, int n) {
    FloatVector marks = FloatVector.broadcast(SPECIES, mark);
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector candidate = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector current = FloatVector.fromArray(SPECIES, best, bo + i);
      VectorMask<Float> firstNaN =
          candidate
              .compare(VectorOperators.NE, candidate)
              .and(current.compare(VectorOperators.EQ, current));
      VectorMask<Float> rises = candidate.compare(VectorOperators.GT, current).or(firstNaN);
      current.blend(candidate, rises).intoArray(best, bo + i);
      FloatVector.fromArray(SPECIES, index, io + i).blend(marks, rises).intoArray(index, io + i);
    }
    super.raise(x, xo + i, mark, best, bo + i, index, io + i, n - i);
  }

  @Override
  public void correlate(
      float[] x,
      int xo,
      int[] offsets,
      int to,
      float[] weights,
      int wo,
      int taps,
      float[] out,
      int oo,
      int n,
      boolean accumulate) {
    // A choice inside the loop of a vector from memory or zero is not kept in a register.
    if (!accumulate) {
      Arrays.fill(out, oo, oo + n, 0f);
    }
    int t = 0;
    while (t < taps) {
      int pass = pass(taps - t);
      int done = correlatePass(pass, x, xo, offsets, to + t, weights, wo + t, out, oo, n);
      for (int i = done; i < n; i++) {
        float sum = out[oo + i];
        for (int k = t; k < t + pass; k++) {
          sum += weights[wo + k] * x[xo + offsets[to + k] + i];
        }
        out[oo + i] = sum;
      }
      t += pass;
    }
  }

  private static int pass(int taps) {
    if (taps >= NINE) {
      // 25 taps are better five times five than twice nine and seven single ones.
      return taps % 5 == 0 && taps < 45 ? 5 : NINE;
    }
    return taps >= 5 ? 5 : taps >= 3 ? 3 : 1;
  }

  private static int correlatePass(
      int pass,
      float[] x,
      int xo,
      int[] offsets,
      int to,
      float[] weights,
      int wo,
      float[] out,
      int oo,
      int n) {
    switch (pass) {
      case NINE:
        return correlate9(x, xo, offsets, to, weights, wo, out, oo, n);
      case 5:
        return correlate5(x, xo, offsets, to, weights, wo, out, oo, n);
      case 3:
        return correlate3(x, xo, offsets, to, weights, wo, out, oo, n);
      default:
        return correlate1(x, xo, offsets, to, weights, wo, out, oo, n);
    }
  }

  @Override
  public void correlateDots(
      float[] x,
      int xo,
      int[] offsets,
      int to,
      int taps,
      float[] y,
      int yo,
      int n,
      double[] sums,
      int so) {
    int t = 0;
    while (t < taps) {
      int pass = pass(taps - t);
      int done = dotsPass(pass, x, xo, offsets, to + t, y, yo, n, sums, so + t);
      for (int k = t; done < n && k < t + pass; k++) {
        int from = xo + offsets[to + k];
        double sum = 0;
        for (int i = done; i < n; i++) {
          sum += (double) x[from + i] * y[yo + i];
        }
        sums[so + k] += sum;
      }
      t += pass;
    }
  }

  private static int dotsPass(
      int pass,
      float[] x,
      int xo,
      int[] offsets,
      int to,
      float[] y,
      int yo,
      int n,
      double[] sums,
      int so) {
    switch (pass) {
      case NINE:
        return dots9(x, xo, offsets, to, y, yo, n, sums, so);
      case 5:
        return dots5(x, xo, offsets, to, y, yo, n, sums, so);
      case 3:
        return dots3(x, xo, offsets, to, y, yo, n, sums, so);
      default:
        return dots1(x, xo, offsets, to, y, yo, n, sums, so);
    }
  }

  private static int correlate1(
      float[] x,
      int xo,
      int[] offsets,
      int to,
      float[] weights,
      int wo,
      float[] out,
      int oo,
      int n) {
    FloatVector w0 = FloatVector.broadcast(SPECIES, weights[wo]);
    int x0 = xo + offsets[to];
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector sum = FloatVector.fromArray(SPECIES, out, oo + i);
      sum = FloatVector.fromArray(SPECIES, x, x0 + i).fma(w0, sum);
      sum.intoArray(out, oo + i);
    }
    return i;
  }

  private static int correlate3(
      float[] x,
      int xo,
      int[] offsets,
      int to,
      float[] weights,
      int wo,
      float[] out,
      int oo,
      int n) {
    FloatVector w0 = FloatVector.broadcast(SPECIES, weights[wo]);
    FloatVector w1 = FloatVector.broadcast(SPECIES, weights[wo + 1]);
    FloatVector w2 = FloatVector.broadcast(SPECIES, weights[wo + 2]);
    int x0 = xo + offsets[to];
    int x1 = xo + offsets[to + 1];
    int x2 = xo + offsets[to + 2];
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector sum = FloatVector.fromArray(SPECIES, out, oo + i);
      sum = FloatVector.fromArray(SPECIES, x, x0 + i).fma(w0, sum);
      sum = FloatVector.fromArray(SPECIES, x, x1 + i).fma(w1, sum);
      sum = FloatVector.fromArray(SPECIES, x, x2 + i).fma(w2, sum);
      sum.intoArray(out, oo + i);
    }
    return i;
  }

  private static int correlate5(
      float[] x,
      int xo,
      int[] offsets,
      int to,
      float[] weights,
      int wo,
      float[] out,
      int oo,
      int n) {
    FloatVector w0 = FloatVector.broadcast(SPECIES, weights[wo]);
    FloatVector w1 = FloatVector.broadcast(SPECIES, weights[wo + 1]);
    FloatVector w2 = FloatVector.broadcast(SPECIES, weights[wo + 2]);
    FloatVector w3 = FloatVector.broadcast(SPECIES, weights[wo + 3]);
    FloatVector w4 = FloatVector.broadcast(SPECIES, weights[wo + 4]);
    int x0 = xo + offsets[to];
    int x1 = xo + offsets[to + 1];
    int x2 = xo + offsets[to + 2];
    int x3 = xo + offsets[to + 3];
    int x4 = xo + offsets[to + 4];
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector sum = FloatVector.fromArray(SPECIES, out, oo + i);
      sum = FloatVector.fromArray(SPECIES, x, x0 + i).fma(w0, sum);
      sum = FloatVector.fromArray(SPECIES, x, x1 + i).fma(w1, sum);
      sum = FloatVector.fromArray(SPECIES, x, x2 + i).fma(w2, sum);
      sum = FloatVector.fromArray(SPECIES, x, x3 + i).fma(w3, sum);
      sum = FloatVector.fromArray(SPECIES, x, x4 + i).fma(w4, sum);
      sum.intoArray(out, oo + i);
    }
    return i;
  }

  private static int correlate9(
      float[] x,
      int xo,
      int[] offsets,
      int to,
      float[] weights,
      int wo,
      float[] out,
      int oo,
      int n) {
    FloatVector w0 = FloatVector.broadcast(SPECIES, weights[wo]);
    FloatVector w1 = FloatVector.broadcast(SPECIES, weights[wo + 1]);
    FloatVector w2 = FloatVector.broadcast(SPECIES, weights[wo + 2]);
    FloatVector w3 = FloatVector.broadcast(SPECIES, weights[wo + 3]);
    FloatVector w4 = FloatVector.broadcast(SPECIES, weights[wo + 4]);
    FloatVector w5 = FloatVector.broadcast(SPECIES, weights[wo + 5]);
    FloatVector w6 = FloatVector.broadcast(SPECIES, weights[wo + 6]);
    FloatVector w7 = FloatVector.broadcast(SPECIES, weights[wo + 7]);
    FloatVector w8 = FloatVector.broadcast(SPECIES, weights[wo + 8]);
    int x0 = xo + offsets[to];
    int x1 = xo + offsets[to + 1];
    int x2 = xo + offsets[to + 2];
    int x3 = xo + offsets[to + 3];
    int x4 = xo + offsets[to + 4];
    int x5 = xo + offsets[to + 5];
    int x6 = xo + offsets[to + 6];
    int x7 = xo + offsets[to + 7];
    int x8 = xo + offsets[to + 8];
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector sum = FloatVector.fromArray(SPECIES, out, oo + i);
      sum = FloatVector.fromArray(SPECIES, x, x0 + i).fma(w0, sum);
      sum = FloatVector.fromArray(SPECIES, x, x1 + i).fma(w1, sum);
      sum = FloatVector.fromArray(SPECIES, x, x2 + i).fma(w2, sum);
      sum = FloatVector.fromArray(SPECIES, x, x3 + i).fma(w3, sum);
      sum = FloatVector.fromArray(SPECIES, x, x4 + i).fma(w4, sum);
      sum = FloatVector.fromArray(SPECIES, x, x5 + i).fma(w5, sum);
      sum = FloatVector.fromArray(SPECIES, x, x6 + i).fma(w6, sum);
      sum = FloatVector.fromArray(SPECIES, x, x7 + i).fma(w7, sum);
      sum = FloatVector.fromArray(SPECIES, x, x8 + i).fma(w8, sum);
      sum.intoArray(out, oo + i);
    }
    return i;
  }

  private static int dots1(
      float[] x, int xo, int[] offsets, int to, float[] y, int yo, int n, double[] sums, int so) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    int x0 = xo + offsets[to];
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector b = FloatVector.fromArray(SPECIES, y, yo + i);
      sum0 = FloatVector.fromArray(SPECIES, x, x0 + i).fma(b, sum0);
    }
    sums[so] += total(sum0);
    return i;
  }

  private static int dots3(
      float[] x, int xo, int[] offsets, int to, float[] y, int yo, int n, double[] sums, int so) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    int x0 = xo + offsets[to];
    int x1 = xo + offsets[to + 1];
    int x2 = xo + offsets[to + 2];
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector b = FloatVector.fromArray(SPECIES, y, yo + i);
      sum0 = FloatVector.fromArray(SPECIES, x, x0 + i).fma(b, sum0);
      sum1 = FloatVector.fromArray(SPECIES, x, x1 + i).fma(b, sum1);
      sum2 = FloatVector.fromArray(SPECIES, x, x2 + i).fma(b, sum2);
    }
    sums[so] += total(sum0);
    sums[so + 1] += total(sum1);
    sums[so + 2] += total(sum2);
    return i;
  }

  private static int dots5(
      float[] x, int xo, int[] offsets, int to, float[] y, int yo, int n, double[] sums, int so) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    FloatVector sum4 = FloatVector.zero(SPECIES);
    int x0 = xo + offsets[to];
    int x1 = xo + offsets[to + 1];
    int x2 = xo + offsets[to + 2];
    int x3 = xo + offsets[to + 3];
    int x4 = xo + offsets[to + 4];
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector b = FloatVector.fromArray(SPECIES, y, yo + i);
      sum0 = FloatVector.fromArray(SPECIES, x, x0 + i).fma(b, sum0);
      sum1 = FloatVector.fromArray(SPECIES, x, x1 + i).fma(b, sum1);
      sum2 = FloatVector.fromArray(SPECIES, x, x2 + i).fma(b, sum2);
      sum3 = FloatVector.fromArray(SPECIES, x, x3 + i).fma(b, sum3);
      sum4 = FloatVector.fromArray(SPECIES, x, x4 + i).fma(b, sum4);
    }
    sums[so] += total(sum0);
    sums[so + 1] += total(sum1);
    sums[so + 2] += total(sum2);
    sums[so + 3] += total(sum3);
    sums[so + 4] += total(sum4);
    return i;
  }

  private static int dots9(
      float[] x, int xo, int[] offsets, int to, float[] y, int yo, int n, double[] sums, int so) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    FloatVector sum4 = FloatVector.zero(SPECIES);
    FloatVector sum5 = FloatVector.zero(SPECIES);
    FloatVector sum6 = FloatVector.zero(SPECIES);
    FloatVector sum7 = FloatVector.zero(SPECIES);
    FloatVector sum8 = FloatVector.zero(SPECIES);
    int x0 = xo + offsets[to];
    int x1 = xo + offsets[to + 1];
    int x2 = xo + offsets[to + 2];
    int x3 = xo + offsets[to + 3];
    int x4 = xo + offsets[to + 4];
    int x5 = xo + offsets[to + 5];
    int x6 = xo + offsets[to + 6];
    int x7 = xo + offsets[to + 7];
    int x8 = xo + offsets[to + 8];
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector b = FloatVector.fromArray(SPECIES, y, yo + i);
      sum0 = FloatVector.fromArray(SPECIES, x, x0 + i).fma(b, sum0);
      sum1 = FloatVector.fromArray(SPECIES, x, x1 + i).fma(b, sum1);
      sum2 = FloatVector.fromArray(SPECIES, x, x2 + i).fma(b, sum2);
      sum3 = FloatVector.fromArray(SPECIES, x, x3 + i).fma(b, sum3);
      sum4 = FloatVector.fromArray(SPECIES, x, x4 + i).fma(b, sum4);
      sum5 = FloatVector.fromArray(SPECIES, x, x5 + i).fma(b, sum5);
      sum6 = FloatVector.fromArray(SPECIES, x, x6 + i).fma(b, sum6);
      sum7 = FloatVector.fromArray(SPECIES, x, x7 + i).fma(b, sum7);
      sum8 = FloatVector.fromArray(SPECIES, x, x8 + i).fma(b, sum8);
    }
    sums[so] += total(sum0);
    sums[so + 1] += total(sum1);
    sums[so + 2] += total(sum2);
    sums[so + 3] += total(sum3);
    sums[so + 4] += total(sum4);
    sums[so + 5] += total(sum5);
    sums[so + 6] += total(sum6);
    sums[so + 7] += total(sum7);
    sums[so + 8] += total(sum8);
    return i;
  }

  /** The sum of the lanes in double: those of the lower half paired with those of the upper. */
  private static double total(FloatVector lanes) {
    DoubleVector low = (DoubleVector) lanes.convertShape(VectorOperators.F2D, DOUBLES, 0);
    DoubleVector high = (DoubleVector) lanes.convertShape(VectorOperators.F2D, DOUBLES, 1);
    return low.add(high).reduceLanes(VectorOperators.ADD);
  }
}
