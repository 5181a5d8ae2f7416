package org.neuralharmonizer.cpu;

/**
 * Two sums or products in one pass, where nothing else needs the first: both are rounded, as in two
 * passes, but one result is neither stored nor loaded. The second and third operand are runs or
 * single numbers.
 */
interface PairLoops {

  /** x + y + z. */
  void addAdd(float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n);

  /** x + y + b. */
  void addAdd(float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n);

  /** x + a + z. */
  void addAdd(float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n);

  /** x + a + b. */
  void addAdd(float[] x, int xo, float a, float b, float[] out, int oo, int n);

  /** (x + y) · z. */
  void addMultiply(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n);

  /** (x + y) · b. */
  void addMultiply(float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n);

  /** (x + a) · z. */
  void addMultiply(float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n);

  /** (x + a) · b. */
  void addMultiply(float[] x, int xo, float a, float b, float[] out, int oo, int n);

  /** x · y + z. */
  void multiplyAdd(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n);

  /** x · y + b. */
  void multiplyAdd(float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n);

  /** x · a + z. */
  void multiplyAdd(float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n);

  /** x · a + b. */
  void multiplyAdd(float[] x, int xo, float a, float b, float[] out, int oo, int n);

  /** x · y · z. */
  void multiplyMultiply(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n);

  /** x · y · b. */
  void multiplyMultiply(float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n);

  /** x · a · z. */
  void multiplyMultiply(float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n);

  /** x · a · b. */
  void multiplyMultiply(float[] x, int xo, float a, float b, float[] out, int oo, int n);
}
