package org.neuralharmonizer.alignment;

import java.util.Arrays;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.RaterMaps;

/** Centred ranks of the mean maps of groups of one image's raters. */
final class MeanRanks {
  private final RaterMaps image;
  private final MapPreparation preparation;
  private final RankSorter sorter;
  private final float[] values;
  private final double[] sums;

  MeanRanks(RaterMaps image, MapPreparation preparation, RankSorter sorter) {
    this.image = image;
    this.preparation = preparation;
    this.sorter = sorter;
    this.values = image.values().toArray();
    this.sums = new double[image.height() * image.width()];
  }

  int[] of(int[] raters) {
    if (preparation == MapPreparation.none()) {
      return ofSums(raters);
    }
    ImportanceMap mean = image.mean(raters).prepared(preparation);
    int[] ranks = new int[mean.values().size()];
    sorter.centredRanks(mean.values().toArray(), ranks);
    return ranks;
  }

  /** Sums rank as means do, without the ties that rounding a quotient or a float could make. */
  private int[] ofSums(int[] raters) {
    Arrays.fill(sums, 0);
    for (int rater : raters) {
      add(values, rater * sums.length, sums);
    }
    int[] ranks = new int[sums.length];
    sorter.centredRanks(sums, ranks);
    return ranks;
  }

  private static void add(float[] values, int offset, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[offset + i];
    }
  }
}
