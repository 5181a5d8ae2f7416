package org.neuralharmonizer.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Sums in double beside sums of absolute terms, from which follows how exact float can be. */
final class Reference {

  final double[] values;
  final double[] magnitudes;
  private final int[] terms;

  Reference(int size) {
    values = new double[size];
    magnitudes = new double[size];
    terms = new int[size];
  }

  void add(int index, double left, double right) {
    values[index] += left * right;
    magnitudes[index] += Math.abs(left * right);
    terms[index]++;
  }

  /**
   * Any order of n roundings of 2⁻²⁴ relative to the partial sums stays within n · 2⁻²⁴ · Σ|terms|;
   * random signs make √n of it, of which four is allowed.
   */
  void assertMatches(float[] actual, int offset, String what) {
    for (int i = 0; i < values.length; i++) {
      double bound = 4 * Math.sqrt(terms[i] + 1.0) * 0x1p-24 * (magnitudes[i] + 1e-30);
      assertThat((double) actual[offset + i])
          .as("%s, element %d", what, i)
          .isCloseTo(values[i], within(bound));
    }
  }
}
