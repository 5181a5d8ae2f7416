package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums in double of floats, their products, and of each place by itself.
 *
 * <p>Floats are read in whole vectors and halved in registers, although half as long ones could be
 * read: the virtual machine counts the classes that each operation of the Vector API meets, in all
 * loops together. Once an operation has met floats of two lengths, even in the interpreter, its
 * results are objects in every loop that uses it.
 */
class VectorSums extends VectorLoops {

  static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  static final int DOUBLE_LENGTH = DOUBLES.length();

  private static final VectorShuffle<Float> UPPER_FIRST =
      VectorShuffle.fromOp(SPECIES, i -> (i + DOUBLE_LENGTH) % LENGTH);

  @Override
  public double sum(float[] x, int xo, int n) {
    DoubleVector s0 = DoubleVector.zero(DOUBLES);
    DoubleVector s1 = s0;
    DoubleVector s2 = s0;
    DoubleVector s3 = s0;
    int i = 0;
    // Four sums: an addition takes four cycles and two begin in each.
    for (; i <= n - 2 * LENGTH; i += 2 * LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector b = FloatVector.fromArray(SPECIES, x, xo + i + LENGTH);
      s0 = s0.add(a.convertShape(VectorOperators.F2D, DOUBLES, 0));
      s1 = s1.add(a.rearrange(UPPER_FIRST).convertShape(VectorOperators.F2D, DOUBLES, 0));
      s2 = s2.add(b.convertShape(VectorOperators.F2D, DOUBLES, 0));
      s3 = s3.add(b.rearrange(UPPER_FIRST).convertShape(VectorOperators.F2D, DOUBLES, 0));
    }
    double head = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    return head + super.sum(x, xo + i, n - i);
  }

  @Override
  public double dot(float[] x, int xo, float[] y, int yo, int n) {
    DoubleVector s0 = DoubleVector.zero(DOUBLES);
    DoubleVector s1 = s0;
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector b = FloatVector.fromArray(SPECIES, y, yo + i);
      DoubleVector c = (DoubleVector) a.convertShape(VectorOperators.F2D, DOUBLES, 0);
      s0 = c.fma(((DoubleVector) b.convertShape(VectorOperators.F2D, DOUBLES, 0)), s0);
      FloatVector d = a.rearrange(UPPER_FIRST);
      FloatVector e = b.rearrange(UPPER_FIRST);
      c = (DoubleVector) d.convertShape(VectorOperators.F2D, DOUBLES, 0);
      s1 = c.fma(((DoubleVector) e.convertShape(VectorOperators.F2D, DOUBLES, 0)), s1);
    }
    double head = s0.add(s1).reduceLanes(VectorOperators.ADD);
    return head + super.dot(x, xo + i, y, yo + i, n - i);
  }

  @Override
  public double sumOfProducts(float[] x, int xo, float[] y, int yo, int n) {
    DoubleVector s0 = DoubleVector.zero(DOUBLES);
    DoubleVector s1 = s0;
    DoubleVector s2 = s0;
    DoubleVector s3 = s0;
    int i = 0;
    for (; i <= n - 2 * LENGTH; i += 2 * LENGTH) {
      int j = i + LENGTH;
      FloatVector a =
          FloatVector.fromArray(SPECIES, x, xo + i).mul(FloatVector.fromArray(SPECIES, y, yo + i));
      FloatVector b =
          FloatVector.fromArray(SPECIES, x, xo + j).mul(FloatVector.fromArray(SPECIES, y, yo + j));
      s0 = s0.add(a.convertShape(VectorOperators.F2D, DOUBLES, 0));
      s1 = s1.add(a.rearrange(UPPER_FIRST).convertShape(VectorOperators.F2D, DOUBLES, 0));
      s2 = s2.add(b.convertShape(VectorOperators.F2D, DOUBLES, 0));
      s3 = s3.add(b.rearrange(UPPER_FIRST).convertShape(VectorOperators.F2D, DOUBLES, 0));
    }
    double head = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    return head + super.sumOfProducts(x, xo + i, y, yo + i, n - i);
  }

  @Override
  public void accumulate(float[] x, int xo, double[] sums, int so, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      int j = i + DOUBLE_LENGTH;
      FloatVector a = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector b = a.rearrange(UPPER_FIRST);
      DoubleVector.fromArray(DOUBLES, sums, so + i)
          .add(a.convertShape(VectorOperators.F2D, DOUBLES, 0))
          .intoArray(sums, so + i);
      DoubleVector.fromArray(DOUBLES, sums, so + j)
          .add(b.convertShape(VectorOperators.F2D, DOUBLES, 0))
          .intoArray(sums, so + j);
    }
    super.accumulate(x, xo + i, sums, so + i, n - i);
  }
}
