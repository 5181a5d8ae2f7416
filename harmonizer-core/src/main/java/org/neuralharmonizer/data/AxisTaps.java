package org.neuralharmonizer.data;

import java.util.Arrays;

/**
 * A linear map along one axis: the output at {@code o} is the sum over {@code k} of {@code
 * weights(o)[k]} times the input at {@code first(o) + k}, where positions outside the axis count as
 * zero.
 */
final class AxisTaps {
  private final int[] first;
  private final double[][] weights;

  private AxisTaps(int[] first, double[][] weights) {
    this.first = first;
    this.weights = weights;
  }

  int outputs() {
    return first.length;
  }

  /** The input position of an output's first tap; it may lie outside the axis. */
  int first(int output) {
    return first[output];
  }

  /** The taps of an output, shared with others: not to be changed. */
  double[] weights(int output) {
    return weights[output];
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

  /**
   * The stretch {@code from … from + extent} of the inputs, whose pixels are one apart and begin at
   * 0, by a triangle as wide as two inputs or two outputs, whichever is more; taps outside the axis
   * leave their weight to the others.
   */
  static AxisTaps triangle(int inputs, int outputs, double from, double extent) {
    int[] first = new int[outputs];
    double[][] weights = new double[outputs][];
    double scale = extent / outputs;
    double reach = Math.max(1, scale);
    for (int o = 0; o < outputs; o++) {
      double centre = Math.min(Math.max(from + (o + 0.5) * scale, 0), inputs);
      first[o] = Math.max(0, (int) Math.floor(centre - reach + 0.5));
      int end = Math.min(inputs, Math.max(first[o] + 1, (int) Math.ceil(centre + reach - 0.5)));
      weights[o] = new double[end - first[o]];
      double sum = 0;
      for (int k = 0; k < weights[o].length; k++) {
        double distance = Math.abs(first[o] + k + 0.5 - centre);
        weights[o][k] = Math.max(0, 1 - distance / reach);
        sum += weights[o][k];
      }
      for (int k = 0; k < weights[o].length; k++) {
        weights[o][k] /= sum;
      }
    }
    return new AxisTaps(first, weights);
  }

  /** The same outputs in the opposite order. */
  AxisTaps mirrored() {
    int count = first.length;
    int[] positions = new int[count];
    double[][] taps = new double[count][];
    for (int o = 0; o < count; o++) {
      positions[o] = first[count - 1 - o];
      taps[o] = weights[count - 1 - o];
    }
    return new AxisTaps(positions, taps);
  }
}
