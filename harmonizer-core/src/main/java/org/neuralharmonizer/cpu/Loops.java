package org.neuralharmonizer.cpu;

/**
 * Loops over runs of floats: {@code n} elements of an array from an offset. An output may be
 * exactly one of the inputs, otherwise it must not overlap them. NaN and infinities follow IEEE
 * 754.
 *
 * <p>{@link ScalarLoops} is the specification. Other implementations give the same bits in
 * everything elementwise up to {@link #gate} and in {@link PairLoops}; {@link #axpy} and {@link
 * #correlate} may fuse each product with its sum, and the reductions may group their terms
 * differently.
 */
public interface Loops extends PairLoops {

  /**
   * Floats that {@link #spreadRows} and {@link #repeat} may overwrite after what they write: a
   * vector of 2048 bits.
   */
  int SLACK = 64;

  /** x + y. */
  void add(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n);

  /** x − y. */
  void subtract(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n);

  /** x · y. */
  void multiply(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n);

  /** 1 where x > y, otherwise 0; 0 beside NaN. */
  void greater(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n);

  /** 1 where x = y, otherwise 0; ±0 are equal, NaN equals nothing. */
  void equal(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n);

  /** x · factor. */
  void scale(float[] x, int xo, float factor, float[] out, int oo, int n);

  /** x + term. */
  void shift(float[] x, int xo, float term, float[] out, int oo, int n);

  /** e^x, as {@link Elementary#exp}. */
  void exp(float[] x, int xo, float[] out, int oo, int n);

  /** The natural logarithm, as {@link Elementary#log}. */
  void log(float[] x, int xo, float[] out, int oo, int n);

  /** The hyperbolic tangent, as {@link Elementary#tanh}. */
  void tanh(float[] x, int xo, float[] out, int oo, int n);

  /** The error function, as {@link Elementary#erf}. */
  void erf(float[] x, int xo, float[] out, int oo, int n);

  /** √x, correctly rounded. */
  void sqrt(float[] x, int xo, float[] out, int oo, int n);

  /** 1 / x by a true division. */
  void reciprocal(float[] x, int xo, float[] out, int oo, int n);

  /** 1 where x > 0, otherwise 0; 0 at NaN. */
  void step(float[] x, int xo, float[] out, int oo, int n);

  /** 1 above zero, −1 below, x itself at ±0 and NaN. */
  void sign(float[] x, int xo, float[] out, int oo, int n);

  /** The larger of x and 0; NaN stays. */
  void relu(float[] x, int xo, float[] out, int oo, int n);

  /** x^exponent, as {@link Elementary#power}. */
  void power(float[] x, int xo, float exponent, float[] out, int oo, int n);

  /** x where the condition is not 0 (so also where it is NaN), otherwise y. */
  void select(
      float[] condition, int co, float[] x, int xo, float[] y, int yo, float[] out, int oo, int n);

  /** y times 1 where x > 0, otherwise y times 0. */
  void gate(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n);

  /** Adds factor · x to the output. */
  void axpy(float factor, float[] x, int xo, float[] out, int oo, int n);

  /** The sum in double; 0 of nothing. */
  double sum(float[] x, int xo, int n);

  /** The sum of products in double; a product of two floats is exact there. */
  double dot(float[] x, int xo, float[] y, int yo, int n);

  /** The sum in double of the products rounded to float. */
  double sumOfProducts(float[] x, int xo, float[] y, int yo, int n);

  /** Adds each element to its own sum. */
  void accumulate(float[] x, int xo, double[] sums, int so, int n);

  /** Where the first NaN is, else the first of the largest elements; n must be positive. */
  int maxIndex(float[] x, int xo, int n);

  /**
   * Where x exceeds the best so far, or is the first NaN, it becomes the best and {@code mark} its
   * index.
   */
  void raise(float[] x, int xo, float mark, float[] best, int bo, float[] index, int io, int n);

  /**
   * Copies rows {@code xPitch} apart to places {@code pitch} apart, with a value between them. What
   * lies after the last row, up to {@link #SLACK} elements, is left undefined.
   */
  void spreadRows(
      float[] x,
      int xo,
      int xPitch,
      int width,
      int rows,
      float between,
      float[] out,
      int oo,
      int pitch);

  /**
   * Writes each of {@code count} elements, {@code step} apart, {@code run} times in a row. What
   * lies after the last, up to {@link #SLACK} elements, is left undefined.
   */
  void repeat(float[] x, int xo, int step, int count, int run, float[] out, int oo);

  /**
   * Cuts rows, {@code pitch} apart, into panels {@code step} apart. A panel holds {@code width}
   * elements of each row, one row after another; the last one has zeros after the last element.
   */
  void panels(
      float[] x,
      int xo,
      int pitch,
      int rows,
      int columns,
      int width,
      float[] out,
      int oo,
      int step);

  /**
   * {@code out[oo + j·outPitch + i] = x[xo + i·pitch + j·step]} for i = 0 … rows − 1 and j = 0 …
   * columns − 1; nothing else is written.
   */
  void transpose(
      float[] x,
      int xo,
      int pitch,
      int step,
      int rows,
      int columns,
      float[] out,
      int oo,
      int outPitch);

  /** Copies rows from places {@code pitch} apart to places that follow each other. */
  void packRows(float[] x, int xo, int pitch, int width, int rows, float[] out, int oo);

  /** Copies rows from the places {@code xo + steps[i]} to places that follow each other. */
  void pickRows(float[] x, int xo, int[] steps, int rows, int width, float[] out, int oo);

  /** Elements 0, 2, 4, … of n to one place, 1, 3, 5, … to another. */
  void split(float[] x, int xo, int n, float[] even, int eo, float[] odd, int oo);

  /** The reverse of {@link #split}. */
  void merge(float[] even, int eo, float[] odd, int oo, float[] out, int to, int n);

  /**
   * {@code out[i] (= or +=) Σ weights[wo + t] · x[xo + offsets[to + t] + i]} over t = 0 … taps − 1:
   * a filter slid along a run.
   */
  void correlate(
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
      boolean accumulate);

  /** Adds to sum t the dot product of y with x from {@code xo + offsets[to + t]} on. */
  void correlateDots(
      float[] x,
      int xo,
      int[] offsets,
      int to,
      int taps,
      float[] y,
      int yo,
      int n,
      double[] sums,
      int so);
}
