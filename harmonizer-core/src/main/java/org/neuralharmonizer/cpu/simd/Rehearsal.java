package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Every operation of the Vector API that the kernels use, often enough that the virtual machine
 * knows which class of vectors it meets.
 *
 * <p>The compiler inlines an operation by what it has met so far, wherever it was called. Tiles add
 * to what lies in memory once per thousand multiplications: compiled before addition has met
 * anything, a tile would call it as a method for ever, and hand it objects.
 */
final class Rehearsal {

  /** Beyond the 200 calls that start the profiling compiler, for as long as that takes. */
  private static final int ROUNDS = 1500;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

  private Rehearsal() {}

  /** Takes some tens of milliseconds, once. */
  static void play() {
    float[] floats = new float[SPECIES.length()];
    double[] doubles = new double[DOUBLES.length()];
    for (int i = 0; i < ROUNDS; i++) {
      floats(floats);
      more(floats);
      doubles(floats, doubles);
    }
  }

  private static void floats(float[] floats) {
    FloatVector x = FloatVector.fromArray(SPECIES, floats, 0);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector y = x.add(one).sub(x).mul(one).fma(one, FloatVector.zero(SPECIES));
    y = y.add(1f).sub(1f).mul(2f).min(x).max(one).min(3f).max(0f);
    y.neg().abs().sqrt().div(one).intoArray(floats, 0);
  }

  private static void more(float[] floats) {
    FloatVector x = FloatVector.fromArray(SPECIES, floats, 0);
    VectorMask<Float> below = x.compare(VectorOperators.LT, 0f);
    VectorMask<Float> above = x.compare(VectorOperators.GT, x);
    IntVector bits = x.reinterpretAsInts();
    bits = bits.add(1).sub(bits).add(bits).lanewise(VectorOperators.ASHR, 1);
    FloatVector y = bits.lanewise(VectorOperators.LSHL, 1).reinterpretAsFloats();
    FloatVector z = (FloatVector) bits.convertShape(VectorOperators.I2F, SPECIES, 0);
    x.blend(y, below.or(above)).blend(z, below.and(above)).blend(1f, above).intoArray(floats, 0);
  }

  private static void doubles(float[] floats, double[] doubles) {
    FloatVector x = FloatVector.fromArray(SPECIES, floats, 0);
    DoubleVector y = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
    DoubleVector z = DoubleVector.fromArray(DOUBLES, doubles, 0);
    z.add(y).fma(y, DoubleVector.zero(DOUBLES)).intoArray(doubles, 0);
    doubles[0] = z.reduceLanes(VectorOperators.ADD) + x.reduceLanes(VectorOperators.MAX);
  }
}
