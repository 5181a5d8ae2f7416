package org.neuralharmonizer.data;

import java.util.Arrays;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The mean over a disk: cross-correlation with a flat circle of weight sum 1, the size of the map
 * is kept, pixels outside count as zero. Works on the two innermost axes of any tensor, in double.
 *
 * <p>The disk holds the pixels whose centres lie within half of (diameter − 1) of the middle.
 *
 * @see <a href="https://github.com/serre-lab/human_clickme_data_processing">
 *     serre-lab/human_clickme_data_processing, src/utils.py, circle_kernel</a>
 */
public final class DiskBlur implements MapPreparation {
  /** For every row of the disk, how far it reaches to each side; −1 for none. */
  private final int[] reach;

  private DiskBlur(int[] reach) {
    this.reach = reach;
  }

  /**
   * A disk.
   *
   * @param diameter in pixels; odd, so that it is centred
   */
  public static DiskBlur of(int diameter) {
    if (diameter < 1 || diameter % 2 == 0) {
      throw new IllegalArgumentException(
          "disk blur: the diameter must be odd and positive, so that it is centred, not "
              + diameter);
    }
    int radius = diameter / 2;
    int[] reach = new int[diameter];
    Arrays.setAll(reach, row -> (int) Math.sqrt(radius * radius - (row - radius) * (row - radius)));
    return new DiskBlur(reach);
  }

  /**
   * A disk of the odd diameter next to a share of the image's side, so that small and large images
   * are treated alike: 21 pixels of 256 are 0.082.
   */
  public static DiskBlur relativeTo(int side, double share) {
    if (side < 1 || !(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "disk blur: a share in (0, 1] of a side of at least 1, not " + share + " of " + side);
    }
    return of(2 * (int) (share * side / 2) + 1);
  }

  @Override
  public Tensor apply(Tensor maps) {
    SeparableFilter.requirePlanes("disk blur", maps);
    int height = maps.shape().extent(-2);
    int width = maps.shape().extent(-1);
    float[] blurred = new float[maps.size()];
    for (int start = 0; start < blurred.length; start += height * width) {
      blur(maps, start, height, width, blurred);
    }
    return Tensor.of(maps.shape(), blurred);
  }

  private void blur(Tensor maps, int start, int height, int width, float[] blurred) {
    // Sums from the left, so that a run of pixels is one difference.
    double[][] sums = new double[height][width + 1];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        sums[y][x + 1] = sums[y][x] + maps.value(start + y * width + x);
      }
    }
    double pixels = Arrays.stream(reach).mapToDouble(each -> 2 * each + 1).sum();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        blurred[start + y * width + x] = (float) (around(sums, y, x) / pixels);
      }
    }
  }

  private double around(double[][] sums, int y, int x) {
    int radius = reach.length / 2;
    double sum = 0;
    for (int row = Math.max(0, y - radius); row <= Math.min(sums.length - 1, y + radius); row++) {
      int side = reach[row - y + radius];
      double[] line = sums[row];
      sum += line[Math.min(line.length - 1, x + side + 1)] - line[Math.max(0, x - side)];
    }
    return sum;
  }

  @Override
  public String description() {
    return "disk blur of diameter " + reach.length;
  }

  @Override
  public String toString() {
    return description();
  }
}
