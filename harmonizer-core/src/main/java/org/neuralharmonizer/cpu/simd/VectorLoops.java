package org.neuralharmonizer.cpu.simd;

import static org.neuralharmonizer.cpu.Elementary.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The loops on the machine's longest vectors; what does not fill a vector is left to the scalar
 * loop.
 *
 * <p>One loop per method, vectors only in local variables, no masked arithmetic: the just-in-time
 * compilers of Java 17 and 25 keep vectors in registers only then.
 */
class VectorLoops extends VectorPairLoops {

  private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1f);
  private static final FloatVector FOUR = FloatVector.broadcast(SPECIES, 4f);

  @Override
  public void add(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .add(FloatVector.fromArray(SPECIES, y, yo + i))
          .intoArray(out, oo + i);
    }
    super.add(x, xo + i, y, yo + i, out, oo + i, n - i);
  }

  @Override
  public void subtract(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .sub(FloatVector.fromArray(SPECIES, y, yo + i))
          .intoArray(out, oo + i);
    }
    super.subtract(x, xo + i, y, yo + i, out, oo + i, n - i);
  }

  @Override
  public void multiply(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .mul(FloatVector.fromArray(SPECIES, y, yo + i))
          .intoArray(out, oo + i);
    }
    super.multiply(x, xo + i, y, yo + i, out, oo + i, n - i);
  }

  @Override
  public void greater(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      ZERO.blend(
              ONE,
              FloatVector.fromArray(SPECIES, x, xo + i)
                  .compare(VectorOperators.GT, FloatVector.fromArray(SPECIES, y, yo + i)))
          .intoArray(out, oo + i);
    }
    super.greater(x, xo + i, y, yo + i, out, oo + i, n - i);
  }

  @Override
  public void equal(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      ZERO.blend(
              ONE,
              FloatVector.fromArray(SPECIES, x, xo + i)
                  .compare(VectorOperators.EQ, FloatVector.fromArray(SPECIES, y, yo + i)))
          .intoArray(out, oo + i);
    }
    super.equal(x, xo + i, y, yo + i, out, oo + i, n - i);
  }

  @Override
  public void scale(float[] x, int xo, float factor, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i).mul(factor).intoArray(out, oo + i);
    }
    super.scale(x, xo + i, factor, out, oo + i, n - i);
  }

  @Override
  public void shift(float[] x, int xo, float term, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i).add(term).intoArray(out, oo + i);
    }
    super.shift(x, xo + i, term, out, oo + i, n - i);
  }

  @Override
  public void sqrt(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i).sqrt().intoArray(out, oo + i);
    }
    super.sqrt(x, xo + i, out, oo + i, n - i);
  }

  @Override
  public void reciprocal(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      ONE.div(FloatVector.fromArray(SPECIES, x, xo + i)).intoArray(out, oo + i);
    }
    super.reciprocal(x, xo + i, out, oo + i, n - i);
  }

  @Override
  public void step(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      ZERO.blend(ONE, FloatVector.fromArray(SPECIES, x, xo + i).compare(VectorOperators.GT, 0f))
          .intoArray(out, oo + i);
    }
    super.step(x, xo + i, out, oo + i, n - i);
  }

  @Override
  public void sign(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      sign(FloatVector.fromArray(SPECIES, x, xo + i)).intoArray(out, oo + i);
    }
    super.sign(x, xo + i, out, oo + i, n - i);
  }

  @Override
  public void relu(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i).max(0f).intoArray(out, oo + i);
    }
    super.relu(x, xo + i, out, oo + i, n - i);
  }

  @Override
  public void power(float[] x, int xo, float exponent, float[] out, int oo, int n) {
    if (exponent == 2f) {
      multiply(x, xo, x, xo, out, oo, n);
    } else if (exponent == 3f) {
      cube(x, xo, out, oo, n);
    } else if (exponent == 0.5f) {
      sqrt(x, xo, out, oo, n);
    } else if (exponent == -0.5f) {
      sqrt(x, xo, out, oo, n);
      reciprocal(out, oo, out, oo, n);
    } else if (exponent == -1f) {
      reciprocal(x, xo, out, oo, n);
    } else if (exponent == -2f) {
      multiply(x, xo, x, xo, out, oo, n);
      reciprocal(out, oo, out, oo, n);
    } else {
      super.power(x, xo, exponent, out, oo, n);
    }
  }

  private void cube(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xo + i);
      a.mul(a).mul(a).intoArray(out, oo + i);
    }
    super.power(x, xo + i, 3f, out, oo + i, n - i);
  }

  @Override
  public void select(
      float[] condition, int co, float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      VectorMask<Float> no =
          FloatVector.fromArray(SPECIES, condition, co + i).compare(VectorOperators.EQ, 0f);
      FloatVector.fromArray(SPECIES, x, xo + i)
          .blend(FloatVector.fromArray(SPECIES, y, yo + i), no)
          .intoArray(out, oo + i);
    }
    super.select(condition, co + i, x, xo + i, y, yo + i, out, oo + i, n - i);
  }

  @Override
  public void gate(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector steps =
          ZERO.blend(
              ONE, FloatVector.fromArray(SPECIES, x, xo + i).compare(VectorOperators.GT, 0f));
      FloatVector.fromArray(SPECIES, y, yo + i).mul(steps).intoArray(out, oo + i);
    }
    super.gate(x, xo + i, y, yo + i, out, oo + i, n - i);
  }

  @Override
  public void axpy(float factor, float[] x, int xo, float[] out, int oo, int n) {
    FloatVector w = FloatVector.broadcast(SPECIES, factor);
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xo + i)
          .fma(w, FloatVector.fromArray(SPECIES, out, oo + i))
          .intoArray(out, oo + i);
    }
    super.axpy(factor, x, xo + i, out, oo + i, n - i);
  }

  private static FloatVector sign(FloatVector x) {
    return x.blend(ONE, x.compare(VectorOperators.GT, 0f))
        .blend(ONE.neg(), x.compare(VectorOperators.LT, 0f));
  }

  // The exponential is written out three times: shared, it would be compiled on its own, found too
  // big to inline, and every vector passed to it would be an object.

  // Two vectors at a time: also too long to be inlined, which made it six times slower on Java 17.
  @Override
  public void exp(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (; i <= n - 2 * LENGTH; i += 2 * LENGTH) {
      FloatVector a0 = FloatVector.fromArray(SPECIES, x, xo + i).min(EXP_HIGHEST).max(EXP_LOWEST);
      FloatVector shifted0 = a0.mul(LOG2_E).add(ROUNDER);
      IntVector exponent0 = shifted0.reinterpretAsInts().sub(ROUNDER_BITS);
      FloatVector count0 = shifted0.sub(ROUNDER);
      FloatVector r0 = a0.sub(count0.mul(LN2_HIGH)).sub(count0.mul(LN2_LOW));
      FloatVector e0 = r0.mul(E7).add(E6).mul(r0).add(E5).mul(r0).add(E4);
      e0 = e0.mul(r0).add(E3).mul(r0).add(E2);
      IntVector half0 = exponent0.lanewise(VectorOperators.ASHR, 1);
      IntVector other0 = exponent0.sub(half0).add(127).lanewise(VectorOperators.LSHL, 23);
      half0 = half0.add(127).lanewise(VectorOperators.LSHL, 23);
      e0 = e0.mul(r0.mul(r0)).add(r0).add(1f);
      e0 = e0.mul(half0.reinterpretAsFloats()).mul(other0.reinterpretAsFloats());
      e0.intoArray(out, oo + i);
      FloatVector a1 =
          FloatVector.fromArray(SPECIES, x, xo + i + LENGTH).min(EXP_HIGHEST).max(EXP_LOWEST);
      FloatVector shifted1 = a1.mul(LOG2_E).add(ROUNDER);
      IntVector exponent1 = shifted1.reinterpretAsInts().sub(ROUNDER_BITS);
      FloatVector count1 = shifted1.sub(ROUNDER);
      FloatVector r1 = a1.sub(count1.mul(LN2_HIGH)).sub(count1.mul(LN2_LOW));
      FloatVector e1 = r1.mul(E7).add(E6).mul(r1).add(E5).mul(r1).add(E4);
      e1 = e1.mul(r1).add(E3).mul(r1).add(E2);
      IntVector half1 = exponent1.lanewise(VectorOperators.ASHR, 1);
      IntVector other1 = exponent1.sub(half1).add(127).lanewise(VectorOperators.LSHL, 23);
      half1 = half1.add(127).lanewise(VectorOperators.LSHL, 23);
      e1 = e1.mul(r1.mul(r1)).add(r1).add(1f);
      e1 = e1.mul(half1.reinterpretAsFloats()).mul(other1.reinterpretAsFloats());
      e1.intoArray(out, oo + i + LENGTH);
    }
    super.exp(x, xo + i, out, oo + i, n - i);
  }

  @Override
  public void tanh(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector size = a.abs();
      FloatVector s = a.mul(a);
      FloatVector p = s.mul(T5).add(T4).mul(s).add(T3).mul(s).add(T2).mul(s).add(T1).mul(s).add(T0);
      FloatVector near = a.mul(s).mul(p).add(a);
      FloatVector within = size.add(size).min(EXP_HIGHEST).max(EXP_LOWEST);
      FloatVector shifted = within.mul(LOG2_E).add(ROUNDER);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
      FloatVector count = shifted.sub(ROUNDER);
      FloatVector r = within.sub(count.mul(LN2_HIGH)).sub(count.mul(LN2_LOW));
      FloatVector e = r.mul(E7).add(E6).mul(r).add(E5).mul(r).add(E4).mul(r).add(E3).mul(r).add(E2);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      IntVector other = exponent.sub(half).add(127).lanewise(VectorOperators.LSHL, 23);
      half = half.add(127).lanewise(VectorOperators.LSHL, 23);
      e = e.mul(r.mul(r)).add(r).add(1f);
      e = e.mul(half.reinterpretAsFloats()).mul(other.reinterpretAsFloats());
      FloatVector far = ONE.sub(ONE.add(1f).div(e.add(1f)));
      far.blend(far.neg(), a.compare(VectorOperators.LT, 0f))
          .blend(near, size.compare(VectorOperators.LT, TANH_BRANCH))
          .intoArray(out, oo + i);
    }
    super.tanh(x, xo + i, out, oo + i, n - i);
  }

  /**
   * In two passes: as one loop it has more operations than the compiler inlines, and vectors become
   * objects. Between them, far results are four times as large, and so apart from the near
   * arguments beside them; a factor of four is exact.
   */
  @Override
  public void erf(float[] x, int xo, float[] out, int oo, int n) {
    int end = SPECIES.loopBound(n);
    farErf(x, xo, out, oo, end);
    nearErf(out, oo, end);
    super.erf(x, xo + end, out, oo + end, n - end);
  }

  /** Four times the result beyond the branch, where exp needs no care for its range; x before. */
  private static void farErf(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector size = a.abs().min(ERF_HIGHEST);
      FloatVector q = size.mul(Q7).add(Q6).mul(size).add(Q5).mul(size).add(Q4).mul(size).add(Q3);
      q = q.mul(size).add(Q2).mul(size).add(Q1).mul(size).add(Q0);
      FloatVector shifted = q.mul(LOG2_E).add(ROUNDER);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
      FloatVector count = shifted.sub(ROUNDER);
      FloatVector r = q.sub(count.mul(LN2_HIGH)).sub(count.mul(LN2_LOW));
      FloatVector e = r.mul(E7).add(E6).mul(r).add(E5).mul(r).add(E4).mul(r).add(E3).mul(r).add(E2);
      IntVector scale = exponent.add(129).lanewise(VectorOperators.LSHL, 23);
      e = e.mul(r.mul(r)).add(r).add(1f).mul(scale.reinterpretAsFloats());
      FloatVector far = FOUR.sub(e);
      far.blend(far.neg(), a.compare(VectorOperators.LT, 0f))
          .blend(a, size.compare(VectorOperators.LT, ERF_BRANCH))
          .intoArray(out, oo + i);
    }
  }

  private static void nearErf(float[] out, int oo, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, out, oo + i);
      FloatVector s = a.mul(a);
      FloatVector p = s.mul(R6).add(R5).mul(s).add(R4).mul(s).add(R3).mul(s).add(R2);
      p = p.mul(s).add(R1).mul(s).add(R0);
      FloatVector near = a.mul(p).add(a);
      a.mul(0.25f)
          .blend(near, a.abs().compare(VectorOperators.LT, ERF_BRANCH))
          .intoArray(out, oo + i);
    }
  }

  @Override
  public void log(float[] x, int xo, float[] out, int oo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xo + i);
      VectorMask<Float> small = a.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = a.blend(a.mul(LIFT), small).reinterpretAsInts();
      IntVector exponent = bits.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector f =
          bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
      FloatVector whole = (FloatVector) exponent.convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector count = whole.blend(whole.sub(LIFT_EXPONENT), small);
      FloatVector square = f.mul(f);
      FloatVector p = f.mul(L8).add(L7).mul(f).add(L6).mul(f).add(L5).mul(f).add(L4);
      p = p.mul(f).add(L3).mul(f).add(L2).mul(f).add(L1).mul(f).add(L0);
      FloatVector tail = f.mul(square).mul(p).add(count.mul(LN2_LOW)).sub(square.mul(0.5f));
      FloatVector result = tail.add(f).add(count.mul(LN2_HIGH));
      // At +∞ and NaN the argument is the answer.
      a.blend(result, a.compare(VectorOperators.LT, Float.POSITIVE_INFINITY))
          .blend(Float.NaN, a.compare(VectorOperators.LT, 0f))
          .blend(Float.NEGATIVE_INFINITY, a.compare(VectorOperators.EQ, 0f))
          .intoArray(out, oo + i);
    }
    super.log(x, xo + i, out, oo + i, n - i);
  }

  // A vector that reaches beyond its run is overwritten by the next run.
  @Override
  public void repeat(float[] x, int xo, int step, int count, int run, float[] out, int oo) {
    int from = xo;
    int at = oo;
    int end = oo + run;
    for (int i = count * ((run + LENGTH - 1) / LENGTH); i > 0; i--) {
      FloatVector.broadcast(SPECIES, x[from]).intoArray(out, at);
      at += LENGTH;
      if (at >= end) {
        at = end;
        end += run;
        from += step;
      }
    }
  }
}
