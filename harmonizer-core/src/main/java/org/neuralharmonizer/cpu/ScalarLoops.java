package org.neuralharmonizer.cpu;

import java.util.Arrays;

/** The loops as they are defined. Public so that others can begin from it. */
public class ScalarLoops extends ScalarPairLoops {

  private static final int FOUR = 4;
  private static final int EIGHT = 8;

  @Override
  public void add(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] + y[yo + i];
    }
  }

  @Override
  public void subtract(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] - y[yo + i];
    }
  }

  @Override
  public void multiply(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] * y[yo + i];
    }
  }

  @Override
  public void greater(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] > y[yo + i] ? 1f : 0f;
    }
  }

  @Override
  public void equal(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] == y[yo + i] ? 1f : 0f;
    }
  }

  @Override
  public void scale(float[] x, int xo, float factor, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] * factor;
    }
  }

  @Override
  public void shift(float[] x, int xo, float term, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] + term;
    }
  }

  @Override
  public void exp(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = Elementary.exp(x[xo + i]);
    }
  }

  @Override
  public void log(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = Elementary.log(x[xo + i]);
    }
  }

  @Override
  public void tanh(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = Elementary.tanh(x[xo + i]);
    }
  }

  @Override
  public void erf(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = Elementary.erf(x[xo + i]);
    }
  }

  @Override
  public void sqrt(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (float) Math.sqrt(x[xo + i]);
    }
  }

  @Override
  public void reciprocal(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = 1f / x[xo + i];
    }
  }

  @Override
  public void step(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] > 0f ? 1f : 0f;
    }
  }

  @Override
  public void sign(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = x[xo + i] > 0f ? 1f : x[xo + i] < 0f ? -1f : x[xo + i];
    }
  }

  @Override
  public void relu(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = Math.max(x[xo + i], 0f);
    }
  }

  @Override
  public void power(float[] x, int xo, float exponent, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = Elementary.power(x[xo + i], exponent);
    }
  }

  @Override
  public void select(
      float[] condition, int co, float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = condition[co + i] != 0f ? x[xo + i] : y[yo + i];
    }
  }

  @Override
  public void gate(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = y[yo + i] * (x[xo + i] > 0f ? 1f : 0f);
    }
  }

  @Override
  public void axpy(float factor, float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] += factor * x[xo + i];
    }
  }

  @Override
  public double sum(float[] x, int xo, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[xo + i];
    }
    return sum;
  }

  @Override
  public double dot(float[] x, int xo, float[] y, int yo, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) x[xo + i] * y[yo + i];
    }
    return sum;
  }

  @Override
  public double sumOfProducts(float[] x, int xo, float[] y, int yo, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[xo + i] * y[yo + i];
    }
    return sum;
  }

  @Override
  public void accumulate(float[] x, int xo, double[] sums, int so, int n) {
    for (int i = 0; i < n; i++) {
      sums[so + i] += x[xo + i];
    }
  }

  @Override
  public int maxIndex(float[] x, int xo, int n) {
    int best = 0;
    for (int i = 0; i < n; i++) {
      float candidate = x[xo + i];
      if (Float.isNaN(candidate)) {
        return i;
      }
      if (candidate > x[xo + best]) {
        best = i;
      }
    }
    return best;
  }

  @Override
  public void raise(
      float[] x, int xo, float mark, float[] best, int bo, float[] index, int io, int n) {
    for (int i = 0; i < n; i++) {
      float candidate = x[xo + i];
      float current = best[bo + i];
      if (candidate > current || (Float.isNaN(candidate) && !Float.isNaN(current))) {
        best[bo + i] = candidate;
        index[io + i] = mark;
      }
    }
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
    for (int row = 0; row < rows; row++) {
      int to = oo + row * pitch;
      System.arraycopy(x, xo + row * xPitch, out, to, width);
      if (row < rows - 1) {
        Arrays.fill(out, to + width, to + pitch, between);
      }
    }
  }

  @Override
  public void repeat(float[] x, int xo, int step, int count, int run, float[] out, int oo) {
    for (int i = 0; i < count; i++) {
      Arrays.fill(out, oo + i * run, oo + (i + 1) * run, x[xo + i * step]);
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
    for (int row = 0; row < rows; row++) {
      int to = oo + row * width;
      int from = xo + row * pitch;
      int end = from + columns;
      for (; from < end; from += width) {
        int count = Math.min(width, end - from);
        for (int i = 0; i < count; i++) {
          out[to + i] = x[from + i];
        }
        for (int i = count; i < width; i++) {
          out[to + i] = 0f;
        }
        to += step;
      }
    }
  }

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
    int i = 0;
    for (; i <= rows - EIGHT; i += EIGHT) {
      transposeEight(x, xo + i * pitch, pitch, step, columns, out, oo + i, outPitch);
    }
    for (; i <= rows - FOUR; i += FOUR) {
      transposeFour(x, xo + i * pitch, pitch, step, columns, out, oo + i, outPitch);
    }
    for (; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[oo + j * outPitch + i] = x[xo + i * pitch + j * step];
      }
    }
  }

  /** Eight rows side by side: each cache line of the result is written once. */
  private static void transposeEight(
      float[] x, int xo, int pitch, int step, int columns, float[] out, int oo, int outPitch) {
    int from = xo;
    int to = oo;
    for (int j = 0; j < columns; j++) {
      out[to] = x[from];
      out[to + 1] = x[from + pitch];
      out[to + 2] = x[from + 2 * pitch];
      out[to + 3] = x[from + 3 * pitch];
      out[to + 4] = x[from + 4 * pitch];
      out[to + 5] = x[from + 5 * pitch];
      out[to + 6] = x[from + 6 * pitch];
      out[to + 7] = x[from + 7 * pitch];
      from += step;
      to += outPitch;
    }
  }

  /** The same of four. */
  private static void transposeFour(
      float[] x, int xo, int pitch, int step, int columns, float[] out, int oo, int outPitch) {
    int from = xo;
    int to = oo;
    for (int j = 0; j < columns; j++) {
      out[to] = x[from];
      out[to + 1] = x[from + pitch];
      out[to + 2] = x[from + 2 * pitch];
      out[to + 3] = x[from + 3 * pitch];
      from += step;
      to += outPitch;
    }
  }

  @Override
  public void packRows(float[] x, int xo, int pitch, int width, int rows, float[] out, int oo) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, xo + row * pitch, out, oo + row * width, width);
    }
  }

  @Override
  public void pickRows(float[] x, int xo, int[] steps, int rows, int width, float[] out, int oo) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, xo + steps[row], out, oo + row * width, width);
    }
  }

  @Override
  public void split(float[] x, int xo, int n, float[] even, int eo, float[] odd, int oo) {
    int pairs = n / 2;
    for (int i = 0; i < pairs; i++) {
      even[eo + i] = x[xo + 2 * i];
      odd[oo + i] = x[xo + 2 * i + 1];
    }
    if (2 * pairs < n) {
      even[eo + pairs] = x[xo + n - 1];
    }
  }

  @Override
  public void merge(float[] even, int eo, float[] odd, int oo, float[] out, int to, int n) {
    int pairs = n / 2;
    for (int i = 0; i < pairs; i++) {
      out[to + 2 * i] = even[eo + i];
      out[to + 2 * i + 1] = odd[oo + i];
    }
    if (2 * pairs < n) {
      out[to + n - 1] = even[eo + pairs];
    }
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
    for (int t = 0; t < taps; t++) {
      if (t == 0 && !accumulate) {
        scale(x, xo + offsets[to], weights[wo], out, oo, n);
      } else {
        axpy(weights[wo + t], x, xo + offsets[to + t], out, oo, n);
      }
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
    for (int t = 0; t < taps; t++) {
      sums[so + t] += dot(x, xo + offsets[to + t], y, yo, n);
    }
  }
}
