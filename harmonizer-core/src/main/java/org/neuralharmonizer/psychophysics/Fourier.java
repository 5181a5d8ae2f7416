package org.neuralharmonizer.psychophysics;

import java.util.Arrays;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * The discrete Fourier transform of lines of one length: Commons Math's for powers of two, and
 * Bluestein's convolution with a chirp by it for the others. Forward without a factor, inverse
 * divided by the length.
 *
 * @see <a href="https://doi.org/10.1109/TAU.1970.1162132">Bluestein 1970</a>
 */
final class Fourier {
  private final int length;
  private final int padded;
  private final double[][] chirp;
  private final double[][] filter;

  Fourier(int length) {
    this.length = length;
    boolean isPower = Integer.bitCount(length) == 1;
    this.padded = isPower ? length : Integer.highestOneBit(2 * length - 1) * 2;
    this.chirp = new double[2][isPower ? 0 : length];
    this.filter = new double[2][isPower ? 0 : padded];
    if (!isPower) {
      for (int i = 0; i < length; i++) {
        // i² is reduced first: cosines of large angles are rough.
        double angle = Math.PI * ((long) i * i % (2L * length)) / length;
        chirp[0][i] = Math.cos(angle);
        chirp[1][i] = -Math.sin(angle);
        int mirrored = (padded - i) % padded;
        filter[0][i] = chirp[0][i];
        filter[1][i] = -chirp[1][i];
        filter[0][mirrored] = filter[0][i];
        filter[1][mirrored] = filter[1][i];
      }
      transform(filter, TransformType.FORWARD);
    }
  }

  /** Of a plane of complex numbers, row by row, in place: rows first, then columns. */
  static void forward(double[][] plane, int height, int width) {
    lines(plane, new Fourier(width), height, width, 1);
    lines(plane, new Fourier(height), width, 1, width);
  }

  static void inverse(double[][] plane, int height, int width) {
    double[][] swapped = {plane[1], plane[0]};
    forward(swapped, height, width);
    for (double[] part : plane) {
      for (int i = 0; i < part.length; i++) {
        part[i] /= part.length;
      }
    }
  }

  private static void lines(double[][] plane, Fourier fourier, int count, int next, int stride) {
    double[][] line = new double[2][fourier.length];
    for (int i = 0; i < count; i++) {
      int start = i * next;
      for (int j = 0; j < fourier.length; j++) {
        line[0][j] = plane[0][start + j * stride];
        line[1][j] = plane[1][start + j * stride];
      }
      fourier.forward(line);
      for (int j = 0; j < fourier.length; j++) {
        plane[0][start + j * stride] = line[0][j];
        plane[1][start + j * stride] = line[1][j];
      }
    }
  }

  /** Of one line of complex numbers, in place. */
  void forward(double[][] line) {
    if (padded == length) {
      transform(line, TransformType.FORWARD);
      return;
    }
    double[][] folded = new double[2][padded];
    multiply(line, chirp, folded, length);
    transform(folded, TransformType.FORWARD);
    multiply(folded, filter, folded, padded);
    transform(folded, TransformType.INVERSE);
    multiply(folded, chirp, line, length);
  }

  private static void transform(double[][] line, TransformType type) {
    FastFourierTransformer.transformInPlace(line, DftNormalization.STANDARD, type);
  }

  private static void multiply(double[][] a, double[][] b, double[][] to, int count) {
    for (int i = 0; i < count; i++) {
      double real = a[0][i] * b[0][i] - a[1][i] * b[1][i];
      to[1][i] = a[0][i] * b[1][i] + a[1][i] * b[0][i];
      to[0][i] = real;
    }
  }

  static double[][] complex(double[] real) {
    return new double[][] {Arrays.copyOf(real, real.length), new double[real.length]};
  }
}
