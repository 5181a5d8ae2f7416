package org.neuralharmonizer.spark;

/** A sum of arrays of floats, taken in double precision in the order of adding and rounded once. */
final class FloatSum {
  private final double[] sums;

  /** Of arrays of so many bytes. */
  FloatSum(int bytes) {
    sums = new double[bytes / Float.BYTES];
  }

  /**
   * Adds one.
   *
   * @throws IllegalStateException if it has another length
   */
  void add(byte[] bytes) {
    float[] values = Floats.floats(bytes);
    if (values.length != sums.length) {
      throw new IllegalStateException(
          "training: a share gave %d values to a sum of %d — let all machines have the same version"
              .formatted(values.length, sums.length));
    }
    for (int i = 0; i < values.length; i++) {
      sums[i] += values[i];
    }
  }

  byte[] bytes() {
    float[] rounded = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      rounded[i] = (float) sums[i];
    }
    return Floats.bytes(rounded, 0, rounded.length);
  }
}
