package org.neuralharmonizer.study.scenes;

import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Maps made of clicks. */
final class ClickMaps {
  /** Standard deviation of the blob left by a click, in pixels of a 64 × 64 image. */
  private static final double SPREAD = 2.5;

  private ClickMaps() {}

  /** One map per rater, R × H × W: a Gaussian at each click, summed, the highest value 1. */
  static Tensor drawn(List<List<Click>> clicks, int size) {
    int plane = size * size;
    float[] maps = new float[clicks.size() * plane];
    for (int rater = 0; rater < clicks.size(); rater++) {
      double[] map = map(clicks.get(rater), size);
      double peak = 0;
      for (double value : map) {
        peak = Math.max(peak, value);
      }
      for (int i = 0; i < plane; i++) {
        maps[rater * plane + i] = (float) (map[i] / peak);
      }
    }
    return Tensor.adopt(Shape.of(clicks.size(), size, size), maps);
  }

  private static double[] map(List<Click> clicks, int size) {
    double spread = SPREAD * size / 64;
    double[] map = new double[size * size];
    for (Click click : clicks) {
      var down = Profile.of(click.y(), spread, size);
      var across = Profile.of(click.x(), spread, size);
      for (int i = 0; i < down.values.length; i++) {
        int row = (down.from + i) * size + across.from;
        for (int j = 0; j < across.values.length; j++) {
          map[row + j] += down.values[i] * across.values[j];
        }
      }
    }
    return map;
  }

  /** One axis of a blob, cut to the image and to four standard deviations. */
  private record Profile(int from, double[] values) {
    static Profile of(double centre, double spread, int size) {
      int reach = (int) Math.ceil(4 * spread);
      int from = Math.max(0, (int) centre - reach);
      double[] values = new double[Math.min(size - 1, (int) centre + reach) - from + 1];
      for (int i = 0; i < values.length; i++) {
        double z = (from + i + 0.5 - centre) / spread;
        values[i] = StrictMath.exp(-0.5 * z * z);
      }
      return new Profile(from, values);
    }
  }

  /** The mean over raters, H × W. */
  static Tensor mean(Tensor maps) {
    int raters = maps.shape().extent(0);
    Shape inner = maps.shape().inner();
    return Tensor.generate(
        inner,
        i -> {
          double sum = 0;
          for (int rater = 0; rater < raters; rater++) {
            sum += maps.value(rater * inner.size() + i);
          }
          return sum / raters;
        });
  }
}
