package org.neuralharmonizer.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.neuralharmonizer.cpu.ScalarWinogradLoops;

/** Winograd's matrices, a vector of every run at a time; the bits of the scalar loops. */
final class VectorWinogradLoops extends ScalarWinogradLoops {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();

  @Override
  public void input(
      float[] x, int xo, int xStep, int far, float[] out, int oo, int outStep, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      int from = xo + i;
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * xStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, from + far);
      FloatVector even = x4.sub(x2.mul(4f));
      FloatVector odd = x3.sub(x1.mul(4f));
      FloatVector evenTwice = x4.sub(x2);
      FloatVector oddTwice = x3.sub(x1).mul(2f);
      int to = oo + i;
      FloatVector.fromArray(SPECIES, x, from).mul(4f).sub(x2.mul(5f)).add(x4).intoArray(out, to);
      even.add(odd).intoArray(out, to + outStep);
      even.sub(odd).intoArray(out, to + 2 * outStep);
      evenTwice.add(oddTwice).intoArray(out, to + 3 * outStep);
      evenTwice.sub(oddTwice).intoArray(out, to + 4 * outStep);
      x1.mul(4f)
          .sub(x3.mul(5f))
          .add(FloatVector.fromArray(SPECIES, x, from + far + xStep))
          .intoArray(out, to + 5 * outStep);
    }
    super.input(x, xo + i, xStep, far, out, oo + i, outStep, n - i);
  }

  @Override
  public void filter(float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, xo + i + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, xo + i + 2 * xStep);
      FloatVector sum = x0.add(x2).mul(-SIXTH);
      FloatVector odd = x1.mul(SIXTH);
      FloatVector sumTwice = x0.mul(0.25f * SIXTH).add(x2.mul(SIXTH));
      FloatVector oddTwice = x1.mul(TWELFTH);
      int to = oo + i;
      x0.mul(0.25f).intoArray(out, to);
      sum.sub(odd).intoArray(out, to + outStep);
      sum.add(odd).intoArray(out, to + 2 * outStep);
      sumTwice.add(oddTwice).intoArray(out, to + 3 * outStep);
      sumTwice.sub(oddTwice).intoArray(out, to + 4 * outStep);
      x2.intoArray(out, to + 5 * outStep);
    }
    super.filter(x, xo + i, xStep, out, oo + i, outStep, n - i);
  }

  @Override
  public void output(float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      int from = xo + i;
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * xStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, from + 4 * xStep);
      FloatVector sum = x1.add(x2);
      FloatVector difference = x1.sub(x2);
      FloatVector sumTwice = x3.add(x4);
      FloatVector differenceTwice = x3.sub(x4);
      int to = oo + i;
      FloatVector.fromArray(SPECIES, x, from).add(sum).add(sumTwice).intoArray(out, to);
      difference.add(differenceTwice.mul(2f)).intoArray(out, to + outStep);
      sum.add(sumTwice.mul(4f)).intoArray(out, to + 2 * outStep);
      difference
          .add(differenceTwice.mul(8f))
          .add(FloatVector.fromArray(SPECIES, x, from + 5 * xStep))
          .intoArray(out, to + 3 * outStep);
    }
    super.output(x, xo + i, xStep, out, oo + i, outStep, n - i);
  }

  @Override
  public void outputGradient(
      float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, xo + i + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, xo + i + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, xo + i + 3 * xStep);
      FloatVector even = x0.add(x2);
      FloatVector odd = x1.add(x3);
      FloatVector evenTwice = x0.add(x2.mul(4f));
      FloatVector oddTwice = x1.mul(2f).add(x3.mul(8f));
      int to = oo + i;
      x0.intoArray(out, to);
      even.add(odd).intoArray(out, to + outStep);
      even.sub(odd).intoArray(out, to + 2 * outStep);
      evenTwice.add(oddTwice).intoArray(out, to + 3 * outStep);
      evenTwice.sub(oddTwice).intoArray(out, to + 4 * outStep);
      x3.intoArray(out, to + 5 * outStep);
    }
    super.outputGradient(x, xo + i, xStep, out, oo + i, outStep, n - i);
  }

  @Override
  public void filterGradient(
      float[] x, int xo, int xStep, float[] out, int oo, int outStep, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      int from = xo + i;
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * xStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, from + 4 * xStep);
      FloatVector sum = x1.add(x2).mul(SIXTH);
      FloatVector sumTwice = x3.add(x4).mul(SIXTH);
      int to = oo + i;
      FloatVector.fromArray(SPECIES, x, from)
          .mul(0.25f)
          .sub(sum)
          .add(sumTwice.mul(0.25f))
          .intoArray(out, to);
      x2.sub(x1).mul(SIXTH).add(x3.sub(x4).mul(TWELFTH)).intoArray(out, to + outStep);
      sumTwice
          .sub(sum)
          .add(FloatVector.fromArray(SPECIES, x, from + 5 * xStep))
          .intoArray(out, to + 2 * outStep);
    }
    super.filterGradient(x, xo + i, xStep, out, oo + i, outStep, n - i);
  }
}
