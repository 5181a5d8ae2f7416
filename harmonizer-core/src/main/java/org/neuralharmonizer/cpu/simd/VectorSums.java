package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Sums in double of floats, their products, and of each place by itself. */
class VectorSums extends VectorLoops {

  static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  static final int DOUBLE_LENGTH = DOUBLES.length();

  /** As many floats as there are doubles in a vector. */
  static final VectorSpecies<Float> HALF =
      VectorSpecies.of(
          float.class, VectorShape.forBitSize(Math.max(64, SPECIES.vectorBitSize() / 2)));

  @Override
  public double sum(float[] x, int xo, int n) {
    DoubleVector s0 = DoubleVector.zero(DOUBLES);
    DoubleVector s1 = s0;
    DoubleVector s2 = s0;
    DoubleVector s3 = s0;
    int i = 0;
    // Four sums: an addition takes four cycles and two begin in each.
    for (; i <= n - 4 * DOUBLE_LENGTH; i += 4 * DOUBLE_LENGTH) {
      s0 =
          s0.add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)));
      s1 =
          s1.add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i + DOUBLE_LENGTH)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)));
      s2 =
          s2.add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i + 2 * DOUBLE_LENGTH)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)));
      s3 =
          s3.add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i + 3 * DOUBLE_LENGTH)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)));
    }
    double head = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    return head + super.sum(x, xo + i, n - i);
  }

  @Override
  public double dot(float[] x, int xo, float[] y, int yo, int n) {
    DoubleVector s0 = DoubleVector.zero(DOUBLES);
    DoubleVector s1 = s0;
    DoubleVector s2 = s0;
    DoubleVector s3 = s0;
    int i = 0;
    for (; i <= n - 4 * DOUBLE_LENGTH; i += 4 * DOUBLE_LENGTH) {
      int j = i + DOUBLE_LENGTH;
      int k = j + DOUBLE_LENGTH;
      int l = k + DOUBLE_LENGTH;
      s0 =
          ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0))
              .fma(
                  ((DoubleVector)
                      FloatVector.fromArray(HALF, y, yo + i)
                          .convertShape(VectorOperators.F2D, DOUBLES, 0)),
                  s0);
      s1 =
          ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + j)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0))
              .fma(
                  ((DoubleVector)
                      FloatVector.fromArray(HALF, y, yo + j)
                          .convertShape(VectorOperators.F2D, DOUBLES, 0)),
                  s1);
      s2 =
          ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + k)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0))
              .fma(
                  ((DoubleVector)
                      FloatVector.fromArray(HALF, y, yo + k)
                          .convertShape(VectorOperators.F2D, DOUBLES, 0)),
                  s2);
      s3 =
          ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + l)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0))
              .fma(
                  ((DoubleVector)
                      FloatVector.fromArray(HALF, y, yo + l)
                          .convertShape(VectorOperators.F2D, DOUBLES, 0)),
                  s3);
    }
    double head = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    return head + super.dot(x, xo + i, y, yo + i, n - i);
  }

  @Override
  public double sumOfProducts(float[] x, int xo, float[] y, int yo, int n) {
    DoubleVector s0 = DoubleVector.zero(DOUBLES);
    DoubleVector s1 = s0;
    DoubleVector s2 = s0;
    DoubleVector s3 = s0;
    int i = 0;
    for (; i <= n - 4 * DOUBLE_LENGTH; i += 4 * DOUBLE_LENGTH) {
      s0 =
          s0.add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i)
                      .mul(FloatVector.fromArray(HALF, y, yo + i))
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)));
      s1 =
          s1.add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i + DOUBLE_LENGTH)
                      .mul(FloatVector.fromArray(HALF, y, yo + i + DOUBLE_LENGTH))
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)));
      s2 =
          s2.add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i + 2 * DOUBLE_LENGTH)
                      .mul(FloatVector.fromArray(HALF, y, yo + i + 2 * DOUBLE_LENGTH))
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)));
      s3 =
          s3.add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i + 3 * DOUBLE_LENGTH)
                      .mul(FloatVector.fromArray(HALF, y, yo + i + 3 * DOUBLE_LENGTH))
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)));
    }
    double head = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    return head + super.sumOfProducts(x, xo + i, y, yo + i, n - i);
  }

  @Override
  public void accumulate(float[] x, int xo, double[] sums, int so, int n) {
    int i = 0;
    for (int end = DOUBLES.loopBound(n); i < end; i += DOUBLE_LENGTH) {
      DoubleVector.fromArray(DOUBLES, sums, so + i)
          .add(
              ((DoubleVector)
                  FloatVector.fromArray(HALF, x, xo + i)
                      .convertShape(VectorOperators.F2D, DOUBLES, 0)))
          .intoArray(sums, so + i);
    }
    super.accumulate(x, xo + i, sums, so + i, n - i);
  }
}
