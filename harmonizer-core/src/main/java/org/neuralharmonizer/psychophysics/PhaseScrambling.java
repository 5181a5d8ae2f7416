package org.neuralharmonizer.psychophysics;

import org.apache.commons.math3.stat.StatUtils;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Noise that looks like an image to early vision and shows nothing: the amplitudes of an image's
 * Fourier transform with random phases. Images are C × H × W of any size.
 *
 * <p>Phases are those of white noise, so that they are odd and the result is real; the phase at
 * frequency 0 is left alone, so that the mean of each channel stays. Added to an image's own
 * phases, one field for all channels, they keep amplitudes, means, contrasts (standard deviations)
 * and the correlations between channels. Values leave the image's range: see {@link #withinRange}.
 *
 * @see <a href="https://arxiv.org/abs/2211.04533">Fel, Felipe, Linsley, Serre, section 3: revealed
 *     pixels lie on such noise</a>
 */
public final class PhaseScrambling {
  /** Rounds of clipping and rescaling, after which the test finds mean and contrast kept. */
  private static final int ROUNDS = 30;

  private PhaseScrambling() {}

  /** An image with random phases added to its own. */
  public static Tensor of(Tensor image, long seed) {
    requireImage(image.shape());
    return of(image, noise(image.shape(), seed));
  }

  /**
   * An image with the phases of a field H × W added to its own.
   *
   * @throws ShapeException if the image is not C × H × W, or the field not H × W
   */
  public static Tensor of(Tensor image, Tensor field) {
    requireImage(image.shape());
    if (!field.shape().equals(image.shape().inner())) {
      throw new ShapeException(
          "phase scrambling: the field is %s for an image of %s — it must be H × W"
              .formatted(field.shape(), image.shape()));
    }
    int height = image.shape().extent(1);
    int width = image.shape().extent(2);
    double[][] phases = phases(field);
    float[] values = new float[image.size()];
    for (int channel = 0; channel < image.shape().extent(0); channel++) {
      store(scrambled(plane(image, channel), phases, height, width)[0], values, channel);
    }
    return Tensor.of(image.shape(), values);
  }

  /**
   * Noise clipped to a range in which it can be shown, its channels' means and standard deviations
   * brought back as near as the range allows by clipping and rescaling in turn. The spectrum is
   * then only about the image's.
   */
  public static Tensor withinRange(Tensor noise, double low, double high) {
    requireImage(noise.shape());
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "phase scrambling: the range %s to %s is empty".formatted(low, high));
    }
    float[] values = new float[noise.size()];
    for (int channel = 0; channel < noise.shape().extent(0); channel++) {
      double[] plane = plane(noise, channel);
      double mean = StatUtils.mean(plane);
      double contrast = Math.sqrt(StatUtils.populationVariance(plane));
      for (int round = 0; round < ROUNDS; round++) {
        clip(plane, low, high);
        double clippedMean = StatUtils.mean(plane);
        double clippedContrast = Math.sqrt(StatUtils.populationVariance(plane));
        double gain = clippedContrast > 0 ? contrast / clippedContrast : 1;
        for (int i = 0; i < plane.length; i++) {
          plane[i] = (plane[i] - clippedMean) * gain + mean;
        }
      }
      clip(plane, low, high);
      store(plane, values, channel);
    }
    return Tensor.of(noise.shape(), values);
  }

  /** A channel with other phases, whose imaginary part is rounding. */
  static double[][] scrambled(double[] plane, double[][] phases, int height, int width) {
    double[][] spectrum = Fourier.complex(plane);
    Fourier.forward(spectrum, height, width);
    rotate(spectrum, phases);
    Fourier.inverse(spectrum, height, width);
    return spectrum;
  }

  static void requireImage(Shape shape) {
    if (shape.rank() != 3 || shape.size() == 0) {
      throw new ShapeException(
          "phase scrambling: the image is %s — it must be C × H × W".formatted(shape));
    }
  }

  static Tensor noise(Shape image, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    return Tensor.generate(image.inner(), i -> random.nextGaussian());
  }

  /** The phases of a field as complex numbers of length 1. */
  static double[][] phases(Tensor field) {
    int height = field.shape().extent(0);
    int width = field.shape().extent(1);
    double[][] spectrum = Fourier.complex(plane(field, 0));
    Fourier.forward(spectrum, height, width);
    for (int i = 0; i < spectrum[0].length; i++) {
      double length = Math.hypot(spectrum[0][i], spectrum[1][i]);
      boolean isKept = i == 0 || length == 0;
      spectrum[0][i] = isKept ? 1 : spectrum[0][i] / length;
      spectrum[1][i] = isKept ? 0 : spectrum[1][i] / length;
    }
    return spectrum;
  }

  static void rotate(double[][] spectrum, double[][] phases) {
    for (int i = 0; i < spectrum[0].length; i++) {
      double real = spectrum[0][i] * phases[0][i] - spectrum[1][i] * phases[1][i];
      spectrum[1][i] = spectrum[0][i] * phases[1][i] + spectrum[1][i] * phases[0][i];
      spectrum[0][i] = real;
    }
  }

  /** A channel of C × H × W, or H × W itself. */
  static double[] plane(Tensor image, int channel) {
    double[] plane = new double[image.shape().extent(-2) * image.shape().extent(-1)];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = image.value(channel * plane.length + i);
    }
    return plane;
  }

  static void store(double[] plane, float[] values, int channel) {
    for (int i = 0; i < plane.length; i++) {
      values[channel * plane.length + i] = (float) plane[i];
    }
  }

  private static void clip(double[] plane, double low, double high) {
    for (int i = 0; i < plane.length; i++) {
      plane[i] = Math.max(low, Math.min(high, plane[i]));
    }
  }
}
