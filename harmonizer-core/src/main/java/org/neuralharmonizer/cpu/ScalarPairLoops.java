package org.neuralharmonizer.cpu;

/** The specification of {@link PairLoops}. */
abstract class ScalarPairLoops implements Loops {

  @Override
  public void addAdd(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] + y[yo + i]) + z[zo + i];
    }
  }

  @Override
  public void addAdd(float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] + y[yo + i]) + b;
    }
  }

  @Override
  public void addAdd(float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] + a) + z[zo + i];
    }
  }

  @Override
  public void addAdd(float[] x, int xo, float a, float b, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] + a) + b;
    }
  }

  @Override
  public void addMultiply(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] + y[yo + i]) * z[zo + i];
    }
  }

  @Override
  public void addMultiply(
      float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] + y[yo + i]) * b;
    }
  }

  @Override
  public void addMultiply(
      float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] + a) * z[zo + i];
    }
  }

  @Override
  public void addMultiply(float[] x, int xo, float a, float b, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] + a) * b;
    }
  }

  @Override
  public void multiplyAdd(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] * y[yo + i]) + z[zo + i];
    }
  }

  @Override
  public void multiplyAdd(
      float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] * y[yo + i]) + b;
    }
  }

  @Override
  public void multiplyAdd(
      float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] * a) + z[zo + i];
    }
  }

  @Override
  public void multiplyAdd(float[] x, int xo, float a, float b, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] * a) + b;
    }
  }

  @Override
  public void multiplyMultiply(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] * y[yo + i]) * z[zo + i];
    }
  }

  @Override
  public void multiplyMultiply(
      float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] * y[yo + i]) * b;
    }
  }

  @Override
  public void multiplyMultiply(
      float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] * a) * z[zo + i];
    }
  }

  @Override
  public void multiplyMultiply(float[] x, int xo, float a, float b, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (x[xo + i] * a) * b;
    }
  }
}
