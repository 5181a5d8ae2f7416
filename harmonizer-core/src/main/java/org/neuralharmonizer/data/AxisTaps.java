package org.neuralharmonizer.data;

import java.util.Arrays;

/**
 * A linear map along one axis: the output at {@code o} is the sum over {@code k} of {@code
 * weights[o][k]} times the input at {@code first[o] + k}, where positions outside the axis count as
 * zero.
 */
record AxisTaps(int[] first, double[][] weights) {

  int outputs() {
    return first.length;
  }

  /** The same kernel at every position, {@code before} taps ahead of the position itself. */
  static AxisTaps sliding(int extent, double[] kernel, int before) {
    int[] first = new int[extent];
    double[][] weights = new double[extent][];
    Arrays.setAll(first, o -> o - before);
    Arrays.fill(weights, kernel);
    return new AxisTaps(first, weights);
  }

  /**
   * Linear interpolation between half-pixel centres, positions beyond the outer centres clamped.
   */
  static AxisTaps bilinear(int inputs, int outputs) {
    int[] first = new int[outputs];
    double[][] weights = new double[outputs][];
    double scale = (double) inputs / outputs;
    for (int o = 0; o < outputs; o++) {
      double position = Math.min(Math.max((o + 0.5) * scale - 0.5, 0), inputs - 1);
      first[o] = (int) position;
      double beyond = position - first[o];
      weights[o] = beyond == 0 ? new double[] {1} : new double[] {1 - beyond, beyond};
    }
    return new AxisTaps(first, weights);
  }

  /** The mean over the interval that an output pixel covers, fractional pixels by their share. */
  static AxisTaps area(int inputs, int outputs) {
    int[] first = new int[outputs];
    double[][] weights = new double[outputs][];
    for (int o = 0; o < outputs; o++) {
      // Bounds in units of 1 / outputs of an input pixel are integers: the shares are exact.
      long from = (long) o * inputs;
      long to = from + inputs;
      int begin = (int) (from / outputs);
      int end = (int) ((to + outputs - 1) / outputs);
      first[o] = begin;
      weights[o] = new double[end - begin];
      for (int i = begin; i < end; i++) {
        long covered = Math.min(to, (i + 1L) * outputs) - Math.max(from, (long) i * outputs);
        weights[o][i - begin] = (double) covered / inputs;
      }
    }
    return new AxisTaps(first, weights);
  }
}
