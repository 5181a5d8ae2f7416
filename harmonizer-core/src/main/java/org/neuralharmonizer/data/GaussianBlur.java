package org.neuralharmonizer.data;

import java.util.Arrays;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Blur with a truncated Gaussian of weight sum 1: cross-correlation, the size of the map is kept,
 * pixels outside count as zero, so maps fade at their borders. Computed in double, rounded once to
 * float. Works on the two innermost axes of any tensor; a NaN spreads over the kernel.
 */
public final class GaussianBlur implements MapPreparation {
  private static final double CENTRED_TRUNCATION = 4;

  private final double[] rowTaps;
  private final double[] columnTaps;
  private final int before;
  private final String description;

  private GaussianBlur(double[] rows, double[] columns, int before, String description) {
    this.rowTaps = rows;
    this.columnTaps = columns;
    this.before = before;
    this.description = description;
  }

  /** The kernel of the released ClickMe code: size 10, sigma 10, off centre as {@link #of} says. */
  public static GaussianBlur asReleased() {
    return of(10, 10);
  }

  /**
   * The released construction at any size. Column weights are those of the offsets ⌊−(size − 1) /
   * 2⌋ … ⌊(size − 1) / 2⌋ in rising order, row weights in falling order; padding is TensorFlow's
   * SAME, the odd zero after the map. With an odd size this is a centred Gaussian. With an even
   * size the weights are off centre: the image of a point moves one column to the left.
   *
   * @param size taps per axis
   * @param sigma standard deviation in pixels
   * @see <a href="https://github.com/serre-lab/Harmonization">serre-lab/Harmonization,
   *     common/blur.py</a>
   */
  public static GaussianBlur of(int size, double sigma) {
    if (size < 1) {
      throw new IllegalArgumentException("blur: the size must be at least 1, not " + size);
    }
    requirePositive(sigma);
    double[] columns = weights(size, Math.floorDiv(1 - size, 2), sigma);
    double[] rows = new double[size];
    Arrays.setAll(rows, k -> columns[size - 1 - k]);
    return new GaussianBlur(
        rows, columns, (size - 1) / 2, "blur of size " + size + ", sigma " + sigma);
  }

  /**
   * A centred Gaussian cut at 4 sigma: radius ⌊4 sigma + ½⌋. Equals {@code
   * scipy.ndimage.gaussian_filter} with {@code mode="constant"}.
   *
   * @param sigma standard deviation in pixels
   */
  public static GaussianBlur centred(double sigma) {
    requirePositive(sigma);
    int radius = (int) (CENTRED_TRUNCATION * sigma + 0.5);
    double[] taps = weights(2 * radius + 1, -radius, sigma);
    return new GaussianBlur(taps, taps, radius, "centred blur of sigma " + sigma);
  }

  @Override
  public Tensor apply(Tensor maps) {
    SeparableFilter.requirePlanes("blur", maps);
    return new SeparableFilter(
            AxisTaps.sliding(maps.shape().extent(-2), rowTaps, before),
            AxisTaps.sliding(maps.shape().extent(-1), columnTaps, before))
        .apply(maps);
  }

  @Override
  public String description() {
    return description;
  }

  /** The weights, rows × columns, as they lie on the map. */
  public Tensor kernel() {
    int width = columnTaps.length;
    return Tensor.generate(
        Shape.of(rowTaps.length, width), i -> rowTaps[i / width] * columnTaps[i % width]);
  }

  @Override
  public String toString() {
    return description;
  }

  private static void requirePositive(double sigma) {
    if (!(sigma > 0 && sigma <= 1e6)) {
      throw new IllegalArgumentException(
          "blur: sigma must be positive and at most 1e6 pixels, not " + sigma);
    }
  }

  private static double[] weights(int size, int firstOffset, double sigma) {
    double[] weights = new double[size];
    Arrays.setAll(weights, k -> Math.exp(-0.5 * Math.pow((firstOffset + k) / sigma, 2)));
    double sum = Arrays.stream(weights).sum();
    Arrays.setAll(weights, k -> weights[k] / sum);
    return weights;
  }
}
