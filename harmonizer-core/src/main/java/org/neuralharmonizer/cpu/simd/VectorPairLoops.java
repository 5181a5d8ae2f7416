package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.neuralharmonizer.cpu.ScalarLoops;

/** Two sums or products in one pass. */
class VectorPairLoops extends ScalarLoops {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LENGTH = SPECIES.length();
  static final FloatVector ZERO = FloatVector.zero(SPECIES);

  @Override
  public void addAdd(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .add(FloatVector.fromArray(SPECIES, y, yo + i))
          .add(FloatVector.fromArray(SPECIES, z, zo + i))
          .intoArray(out, oo + i);
    }
    super.addAdd(x, xo + i, y, yo + i, z, zo + i, out, oo + i, n - i);
  }

  @Override
  public void addAdd(float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .add(FloatVector.fromArray(SPECIES, y, yo + i))
          .add(b)
          .intoArray(out, oo + i);
    }
    super.addAdd(x, xo + i, y, yo + i, b, out, oo + i, n - i);
  }

  @Override
  public void addAdd(float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .add(a)
          .add(FloatVector.fromArray(SPECIES, z, zo + i))
          .intoArray(out, oo + i);
    }
    super.addAdd(x, xo + i, a, z, zo + i, out, oo + i, n - i);
  }

  @Override
  public void addAdd(float[] x, int xo, float a, float b, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i).add(a).add(b).intoArray(out, oo + i);
    }
    super.addAdd(x, xo + i, a, b, out, oo + i, n - i);
  }

  @Override
  public void addMultiply(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .add(FloatVector.fromArray(SPECIES, y, yo + i))
          .mul(FloatVector.fromArray(SPECIES, z, zo + i))
          .intoArray(out, oo + i);
    }
    super.addMultiply(x, xo + i, y, yo + i, z, zo + i, out, oo + i, n - i);
  }

  @Override
  public void addMultiply(
      float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .add(FloatVector.fromArray(SPECIES, y, yo + i))
          .mul(b)
          .intoArray(out, oo + i);
    }
    super.addMultiply(x, xo + i, y, yo + i, b, out, oo + i, n - i);
  }

  @Override
  public void addMultiply(
      float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .add(a)
          .mul(FloatVector.fromArray(SPECIES, z, zo + i))
          .intoArray(out, oo + i);
    }
    super.addMultiply(x, xo + i, a, z, zo + i, out, oo + i, n - i);
  }

  @Override
  public void addMultiply(float[] x, int xo, float a, float b, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i).add(a).mul(b).intoArray(out, oo + i);
    }
    super.addMultiply(x, xo + i, a, b, out, oo + i, n - i);
  }

  @Override
  public void multiplyAdd(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .mul(FloatVector.fromArray(SPECIES, y, yo + i))
          .add(FloatVector.fromArray(SPECIES, z, zo + i))
          .intoArray(out, oo + i);
    }
    super.multiplyAdd(x, xo + i, y, yo + i, z, zo + i, out, oo + i, n - i);
  }

  @Override
  public void multiplyAdd(
      float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .mul(FloatVector.fromArray(SPECIES, y, yo + i))
          .add(b)
          .intoArray(out, oo + i);
    }
    super.multiplyAdd(x, xo + i, y, yo + i, b, out, oo + i, n - i);
  }

  @Override
  public void multiplyAdd(
      float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .mul(a)
          .add(FloatVector.fromArray(SPECIES, z, zo + i))
          .intoArray(out, oo + i);
    }
    super.multiplyAdd(x, xo + i, a, z, zo + i, out, oo + i, n - i);
  }

  @Override
  public void multiplyAdd(float[] x, int xo, float a, float b, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i).mul(a).add(b).intoArray(out, oo + i);
    }
    super.multiplyAdd(x, xo + i, a, b, out, oo + i, n - i);
  }

  @Override
  public void multiplyMultiply(
      float[] x, int xo, float[] y, int yo, float[] z, int zo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .mul(FloatVector.fromArray(SPECIES, y, yo + i))
          .mul(FloatVector.fromArray(SPECIES, z, zo + i))
          .intoArray(out, oo + i);
    }
    super.multiplyMultiply(x, xo + i, y, yo + i, z, zo + i, out, oo + i, n - i);
  }

  @Override
  public void multiplyMultiply(
      float[] x, int xo, float[] y, int yo, float b, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .mul(FloatVector.fromArray(SPECIES, y, yo + i))
          .mul(b)
          .intoArray(out, oo + i);
    }
    super.multiplyMultiply(x, xo + i, y, yo + i, b, out, oo + i, n - i);
  }

  @Override
  public void multiplyMultiply(
      float[] x, int xo, float a, float[] z, int zo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .mul(a)
          .mul(FloatVector.fromArray(SPECIES, z, zo + i))
          .intoArray(out, oo + i);
    }
    super.multiplyMultiply(x, xo + i, a, z, zo + i, out, oo + i, n - i);
  }

  @Override
  public void multiplyMultiply(float[] x, int xo, float a, float b, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i).mul(a).mul(b).intoArray(out, oo + i);
    }
    super.multiplyMultiply(x, xo + i, a, b, out, oo + i, n - i);
  }
}
