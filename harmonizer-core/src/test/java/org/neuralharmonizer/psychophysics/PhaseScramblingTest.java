package org.neuralharmonizer.psychophysics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.correlation.Covariance;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.ReferenceData;
import org.neuralharmonizer.testing.Safetensors;

class PhaseScramblingTest {
  /** A bright disk on a slope: something with structure, in three correlated channels. */
  private static Tensor image(int height, int width) {
    SeededRandom random = SeededRandom.of(height * 1000L + width);
    double[] grain = new double[height * width];
    Arrays.setAll(grain, i -> random.nextDouble());
    return Tensor.generate(
        Shape.of(3, height, width),
        i -> {
          int channel = i / (height * width);
          int pixel = i % (height * width);
          int row = pixel / width;
          double y = (double) row / height - 0.4;
          double x = (double) (pixel % width) / width - 0.6;
          double disk = Math.hypot(x, y) < 0.25 ? 0.3 : 0;
          return 0.3 + disk * (1 - 0.2 * channel) + 0.1 * x + 0.1 * grain[pixel];
        });
  }

  private static double[] channel(Tensor image, int channel) {
    return PhaseScrambling.plane(image, channel);
  }

  private static double[][] spectrum(Tensor image, int channel) {
    double[][] spectrum = Fourier.complex(channel(image, channel));
    Fourier.forward(spectrum, image.shape().extent(1), image.shape().extent(2));
    return spectrum;
  }

  /** Against the sum that defines it; both round in double. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 12, 15, 31, 64, 97})
  void linesOfAnyLength(int length) {
    SeededRandom random = SeededRandom.of(length);
    double[][] line = {new double[length], new double[length]};
    for (int i = 0; i < length; i++) {
      line[0][i] = random.nextGaussian();
      line[1][i] = random.nextGaussian();
    }
    double[][] sums = new double[2][length];
    for (int k = 0; k < length; k++) {
      for (int i = 0; i < length; i++) {
        double angle = -2 * Math.PI * (i * k % length) / length;
        sums[0][k] += line[0][i] * Math.cos(angle) - line[1][i] * Math.sin(angle);
        sums[1][k] += line[0][i] * Math.sin(angle) + line[1][i] * Math.cos(angle);
      }
    }
    new Fourier(length).forward(line);
    assertThat(line[0]).containsExactly(sums[0], within(1e-12));
    assertThat(line[1]).containsExactly(sums[1], within(1e-12));
  }

  /** Transforms, and scrambled images, of NumPy; stored as floats, of values up to 200 and 2. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void valuesOfNumPy(int part) {
    Map<String, Tensor> golden =
        Safetensors.read(ReferenceData.folder("golden").resolve("e_phase.safetensors"));
    Tensor image = golden.get("im" + part);
    for (int channel = 0; channel < image.shape().extent(0); channel++) {
      double[][] own = spectrum(image, channel);
      double[] real = channel(golden.get("fft_re" + part), channel);
      double[] imaginary = channel(golden.get("fft_im" + part), channel);
      assertThat(own[0]).containsExactly(real, within(1e-5));
      assertThat(own[1]).containsExactly(imaginary, within(1e-5));
    }
    Tensor scrambled = PhaseScrambling.of(image, golden.get("noise" + part));
    Tensor expected = golden.get("scrambled" + part);
    assertThat(scrambled.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.size(); i++) {
      assertThat((double) scrambled.value(i)).isCloseTo(expected.value(i), within(1e-6));
    }
  }

  /** The result is stored as floats: amplitudes differ by their rounding, of 1e-7 per pixel. */
  @ParameterizedTest
  @CsvSource({"32, 32", "45, 30", "31, 37", "1, 9"})
  void amplitudesMeansAndColoursStay(int height, int width) {
    Tensor image = image(height, width);
    Tensor scrambled = PhaseScrambling.of(image, 7);
    for (int channel = 0; channel < 3; channel++) {
      double[][] before = spectrum(image, channel);
      double[][] after = spectrum(scrambled, channel);
      for (int i = 0; i < before[0].length; i++) {
        assertThat(Math.hypot(after[0][i], after[1][i]))
            .isCloseTo(Math.hypot(before[0][i], before[1][i]), within(1e-4));
      }
      assertThat(after[0][0]).isCloseTo(before[0][0], within(1e-4));
      assertThat(covariance(scrambled, 0, channel))
          .isCloseTo(covariance(image, 0, channel), within(1e-6));
    }
    assertThat(scrambled).isEqualTo(PhaseScrambling.of(image, 7));
    assertThat(scrambled).isNotEqualTo(PhaseScrambling.of(image, 8));
  }

  private static double covariance(Tensor image, int a, int b) {
    return new Covariance().covariance(channel(image, a), channel(image, b), false);
  }

  @ParameterizedTest
  @CsvSource({"256, 256", "224, 224", "300, 225", "33, 17"})
  void theImaginaryPartIsRounding(int height, int width) {
    Tensor image = image(height, width);
    double[][] phases = PhaseScrambling.phases(PhaseScrambling.noise(image.shape(), 3));
    double[] residue = PhaseScrambling.scrambled(channel(image, 0), phases, height, width)[1];
    assertThat(Arrays.stream(residue).map(Math::abs).max().orElseThrow()).isLessThan(1e-9);
  }

  @Test
  void aSetLendsItsMeanAmplitudes() {
    List<Tensor> images = List.of(image(24, 20), PhaseScrambling.of(image(24, 20), 2), dark());
    MeanSpectrum set = new MeanSpectrum();
    images.forEach(set::add);
    Tensor noise = set.noise(5);
    for (int channel = 0; channel < 3; channel++) {
      double[][] own = spectrum(noise, channel);
      for (int i = 0; i < own[0].length; i++) {
        double mean = 0;
        for (Tensor image : images) {
          double[][] each = spectrum(image, channel);
          mean += Math.hypot(each[0][i], each[1][i]) / images.size();
        }
        assertThat(Math.hypot(own[0][i], own[1][i])).isCloseTo(mean, within(1e-4));
      }
    }
  }

  private static Tensor dark() {
    return Tensor.generate(Shape.of(3, 24, 20), i -> 0.01 * (i % 7));
  }

  /** One grey level of 255 is 4e-3. */
  @Test
  void shownNoiseKeepsLuminanceAndContrast() {
    Tensor noise = PhaseScrambling.of(image(64, 48), 9);
    Tensor wide = Tensor.generate(noise.shape(), i -> 0.5 + 2.0 * (noise.value(i) - 0.4));
    Tensor shown = PhaseScrambling.withinRange(wide, 0, 1);
    boolean wasOutside = false;
    for (int i = 0; i < wide.size(); i++) {
      wasOutside |= wide.value(i) < 0 || wide.value(i) > 1;
      assertThat(shown.value(i)).isBetween(0f, 1f);
    }
    assertThat(wasOutside).isTrue();
    for (int channel = 0; channel < 3; channel++) {
      double[] before = channel(wide, channel);
      double[] after = channel(shown, channel);
      assertThat(new Mean().evaluate(after)).isCloseTo(new Mean().evaluate(before), within(4e-3));
      assertThat(Math.sqrt(covariance(shown, channel, channel)))
          .isCloseTo(Math.sqrt(covariance(wide, channel, channel)), within(4e-3));
    }
  }

  @Test
  void aFlatImageStaysFlat() {
    Tensor flat = Tensor.generate(Shape.of(1, 6, 5), i -> 0.25);
    Tensor shown = PhaseScrambling.withinRange(PhaseScrambling.of(flat, 1), 0, 1);
    for (int i = 0; i < flat.size(); i++) {
      assertThat((double) shown.value(i)).isCloseTo(0.25, within(1e-7));
    }
  }

  @Test
  void mistakesAreNamed() {
    Tensor image = image(4, 5);
    assertThatThrownBy(() -> PhaseScrambling.of(Tensor.zeros(Shape.of(4, 5)), 1))
        .isInstanceOf(ShapeException.class)
        .hasMessage("phase scrambling: the image is [4, 5] — it must be C × H × W");
    assertThatThrownBy(() -> PhaseScrambling.of(image, Tensor.zeros(Shape.of(5, 4))))
        .hasMessage(
            "phase scrambling: the field is [5, 4] for an image of [3, 4, 5] — it must be H × W");
    MeanSpectrum set = new MeanSpectrum();
    assertThatThrownBy(() -> set.noise(1)).hasMessageContaining("no image");
    set.add(image);
    assertThatThrownBy(() -> set.add(image(5, 4)))
        .hasMessageContaining("images of [3, 4, 5] and [3, 5, 4] in one set");
    assertThatThrownBy(() -> PhaseScrambling.withinRange(image, 1, 1))
        .hasMessageContaining("the range 1.0 to 1.0 is empty");
  }
}
