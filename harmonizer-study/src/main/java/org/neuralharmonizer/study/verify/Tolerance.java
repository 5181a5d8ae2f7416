package org.neuralharmonizer.study.verify;

/**
 * The largest relative error that counts as agreement.
 *
 * @param single when evaluated in single precision
 * @param exact when evaluated in double precision
 */
record Tolerance(double single, double exact) {
  // Reference values are stored in single precision, which alone costs 6e-8.
  private static final double STORED = 1e-6;

  static Tolerance single(double single) {
    return new Tolerance(single, STORED);
  }

  double at(Precision precision) {
    return precision == Precision.SINGLE ? single : exact;
  }
}
