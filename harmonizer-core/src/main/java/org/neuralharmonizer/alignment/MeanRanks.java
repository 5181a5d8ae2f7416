package org.neuralharmonizer.alignment;

import java.util.Arrays;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Ranks the mean maps of groups of one image's raters. For one thread; several of these may share
 * the maps.
 */
final class MeanRanks {
  private final Shape shape;
  private final double[][] maps;
  private final MapPreparation preparation;
  private final RankSorter sorter = new RankSorter();
  private final double[] sums;

  /** For the maps that {@link #maps} makes of the image. */
  MeanRanks(RaterMaps image, double[][] maps, MapPreparation preparation) {
    this.shape = Shape.of(image.height(), image.width());
    this.maps = maps;
    this.preparation = preparation;
    this.sums = new double[shape.size()];
  }

  /**
   * The map of every rater in double, each in an array of its own: JDK 17 vectorizes neither sums
   * that widen on the way nor those at an offset.
   */
  static double[][] maps(RaterMaps image) {
    double[][] maps = new double[image.raters()][image.height() * image.width()];
    for (int rater = 0; rater < maps.length; rater++) {
      Tensor values = image.values().slice(rater);
      Arrays.setAll(maps[rater], values::value);
    }
    return maps;
  }

  void rank(int[] raters, CentredRanks target) {
    sum(raters);
    if (preparation == MapPreparation.none()) {
      // Sums rank as means do, without the ties that rounding a quotient or a float could make.
      sorter.rank(sums, target);
    } else {
      Tensor mean = Tensor.generate(shape, i -> sums[i] / raters.length);
      sorter.rank(ImportanceMap.of(mean).prepared(preparation), target);
    }
  }

  /** Adds in the order given, four maps at a time to read and write the sums less often. */
  private void sum(int[] raters) {
    System.arraycopy(maps[raters[0]], 0, sums, 0, sums.length);
    int i = 1;
    for (; i < raters.length - 3; i += 4) {
      add(maps[raters[i]], maps[raters[i + 1]], maps[raters[i + 2]], maps[raters[i + 3]], sums);
    }
    for (; i < raters.length; i++) {
      add(maps[raters[i]], sums);
    }
  }

  private static void add(double[] map, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += map[i];
    }
  }

  private static void add(double[] a, double[] b, double[] c, double[] d, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i] + a[i] + b[i] + c[i] + d[i];
    }
  }
}
