package org.neuralharmonizer.cpu;

/** Winograd's matrices in plain Java: the specification, and the fallback. */
public class ScalarWinogradLoops implements WinogradLoops {

  protected static final float SIXTH = 1 / 6f;
  protected static final float TWELFTH = 1 / 12f;

  @Override
  public void input(
      float[] x, int xo, int xStep, int far, float[] out, int oo, int outStep, int n) {
    for (int i = 0; i < n; i++) {
      int from = xo + i;
      float x1 = x[from + xStep];
      float x2 = x[from + 2 * xStep];
      float x3 = x[from + 3 * xStep];
      float x4 = x[from + far];
      float even = x4 - 4 * x2;
      float odd = x3 - 4 * x1;
      float evenTwice = x4 - x2;
      float oddTwice = 2 * (x3 - x1);
      int to = oo + i;
      out[to] = 4 * x[from] - 5 * x2 + x4;
      out[to + outStep] = even + odd;
      out[to + 2 * outStep] = even - odd;
      out[to + 3 * outStep] = evenTwice + oddTwice;
      out[to + 4 * outStep] = evenTwice - oddTwice;
      out[to + 5 * outStep] = 4 * x1 - 5 * x3 + x[from + far + xStep];
    }
  }

  @Override
  public void filter(float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    for (int i = 0; i < n; i++) {
      float x0 = x[xo + i];
      float x1 = x[xo + i + xStep];
      float x2 = x[xo + i + 2 * xStep];
      float sum = -SIXTH * (x0 + x2);
      float odd = SIXTH * x1;
      float sumTwice = 0.25f * SIXTH * x0 + SIXTH * x2;
      float oddTwice = TWELFTH * x1;
      int to = oo + i;
      out[to] = 0.25f * x0;
      out[to + outStep] = sum - odd;
      out[to + 2 * outStep] = sum + odd;
      out[to + 3 * outStep] = sumTwice + oddTwice;
      out[to + 4 * outStep] = sumTwice - oddTwice;
      out[to + 5 * outStep] = x2;
    }
  }

  @Override
  public void output(float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    for (int i = 0; i < n; i++) {
      int from = xo + i;
      float x1 = x[from + xStep];
      float x2 = x[from + 2 * xStep];
      float x3 = x[from + 3 * xStep];
      float x4 = x[from + 4 * xStep];
      float sum = x1 + x2;
      float difference = x1 - x2;
      float sumTwice = x3 + x4;
      float differenceTwice = x3 - x4;
      int to = oo + i;
      out[to] = x[from] + sum + sumTwice;
      out[to + outStep] = difference + 2 * differenceTwice;
      out[to + 2 * outStep] = sum + 4 * sumTwice;
      out[to + 3 * outStep] = difference + 8 * differenceTwice + x[from + 5 * xStep];
    }
  }

  @Override
  public void outputGradient(
      float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    for (int i = 0; i < n; i++) {
      float x0 = x[xo + i];
      float x1 = x[xo + i + xStep];
      float x2 = x[xo + i + 2 * xStep];
      float x3 = x[xo + i + 3 * xStep];
      float even = x0 + x2;
      float odd = x1 + x3;
      float evenTwice = x0 + 4 * x2;
      float oddTwice = 2 * x1 + 8 * x3;
      int to = oo + i;
      out[to] = x0;
      out[to + outStep] = even + odd;
      out[to + 2 * outStep] = even - odd;
      out[to + 3 * outStep] = evenTwice + oddTwice;
      out[to + 4 * outStep] = evenTwice - oddTwice;
      out[to + 5 * outStep] = x3;
    }
  }

  @Override
  public void filterGradient(
      float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    for (int i = 0; i < n; i++) {
      int from = xo + i;
      float x1 = x[from + xStep];
      float x2 = x[from + 2 * xStep];
      float x3 = x[from + 3 * xStep];
      float x4 = x[from + 4 * xStep];
      float sum = SIXTH * (x1 + x2);
      float sumTwice = SIXTH * (x3 + x4);
      int to = oo + i;
      out[to] = 0.25f * x[from] - sum + 0.25f * sumTwice;
      out[to + outStep] = SIXTH * (x2 - x1) + TWELFTH * (x3 - x4);
      out[to + 2 * outStep] = sumTwice - sum + x[from + 5 * xStep];
    }
  }
}
