package org.neuralharmonizer.psychophysics;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The mean amplitudes of images of one size, channel by channel, for backgrounds that are the same
 * kind of noise for every image of a set. Images are added one by one and not kept. Confined to one
 * thread.
 */
public final class MeanSpectrum {
  private @Nullable Shape shape;
  private double[][] sums = {};
  private int images;

  /**
   * Adds an image.
   *
   * @param image C × H × W
   * @throws ShapeException if it differs in shape from those before
   */
  public void add(Tensor image) {
    Shape given = image.shape();
    PhaseScrambling.requireImage(given);
    int height = given.extent(1);
    int width = given.extent(2);
    if (shape == null) {
      shape = given;
      sums = new double[given.extent(0)][height * width];
    } else if (!shape.equals(given)) {
      throw new ShapeException(
          "phase scrambling: images of %s and %s in one set — resize them".formatted(shape, given));
    }
    images++;
    for (int channel = 0; channel < sums.length; channel++) {
      double[][] spectrum = Fourier.complex(PhaseScrambling.plane(image, channel));
      Fourier.forward(spectrum, height, width);
      for (int i = 0; i < sums[channel].length; i++) {
        // The mean may be negative; it is no amplitude.
        sums[channel][i] += i == 0 ? spectrum[0][0] : Math.hypot(spectrum[0][i], spectrum[1][i]);
      }
    }
  }

  /**
   * Noise of these amplitudes, with the same random phases in all channels, which are therefore
   * nearly grey together; C × H × W.
   *
   * @throws IllegalStateException if no image was added
   */
  public Tensor noise(long seed) {
    if (shape == null) {
      throw new IllegalStateException("phase scrambling: no image — add at least 1");
    }
    int height = shape.extent(1);
    int width = shape.extent(2);
    double[][] phases = PhaseScrambling.phases(PhaseScrambling.noise(shape, seed));
    float[] values = new float[shape.size()];
    for (int channel = 0; channel < sums.length; channel++) {
      double[] amplitudes = Arrays.stream(sums[channel]).map(sum -> sum / images).toArray();
      double[][] spectrum = {amplitudes, new double[height * width]};
      PhaseScrambling.rotate(spectrum, phases);
      Fourier.inverse(spectrum, height, width);
      PhaseScrambling.store(spectrum[0], values, channel);
    }
    return Tensor.of(shape, values);
  }
}
