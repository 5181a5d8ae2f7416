package org.neuralharmonizer.alignment;

import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.TDistribution;
import org.neuralharmonizer.data.ImportanceMap;

/**
 * Spearman's rank correlation: Pearson's correlation of the mid-ranks of all pixels. Symmetric, in
 * [−1, 1], the same under any rising transformation of either map. Undefined, so empty, where
 * either map is constant or has a single pixel.
 *
 * <p>Sums over ranks are exact whole numbers, so equal rankings give exactly 1 and the result does
 * not depend on the order of pixels.
 */
public final class SpearmanCorrelation implements AlignmentMeasure {
  static final SpearmanCorrelation INSTANCE = new SpearmanCorrelation();

  private SpearmanCorrelation() {}

  @Override
  public OptionalDouble score(ImportanceMap predicted, ImportanceMap human) {
    MapPair.requireSameSize("spearman", predicted, human);
    RankSorter sorter = new RankSorter();
    int[] first = new int[predicted.values().size()];
    int[] second = new int[first.length];
    sorter.centredRanks(predicted.values().toArray(), first);
    sorter.centredRanks(human.values().toArray(), second);
    return optional(ofCentredRanks(first, second));
  }

  @Override
  public String name() {
    return "Spearman correlation";
  }

  @Override
  public String toString() {
    return name();
  }

  /**
   * The correlation of two series of one length; empty where either is constant or shorter than 2.
   *
   * @throws IllegalArgumentException if the lengths differ or a value is NaN
   */
  public static OptionalDouble between(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "spearman: series of "
              + first.length
              + " and "
              + second.length
              + " values — must be equal");
    }
    requireNumbers(first);
    requireNumbers(second);
    RankSorter sorter = new RankSorter();
    int[] firstRanks = new int[first.length];
    int[] secondRanks = new int[first.length];
    sorter.centredRanks(first, firstRanks);
    sorter.centredRanks(second, secondRanks);
    return optional(ofCentredRanks(firstRanks, secondRanks));
  }

  /**
   * The two-sided probability of a correlation at least this far from 0 between n independent
   * pairs, by Student's t with n − 2 degrees of freedom; R's and SciPy's approximation for tied
   * data. Empty for fewer than 3 pairs. Pixels of a map are not independent: do not use it on maps.
   */
  public static OptionalDouble significance(double correlation, int n) {
    if (!(correlation >= -1 && correlation <= 1)) {
      throw new IllegalArgumentException(
          "spearman significance: correlation " + correlation + " is not in [-1, 1]");
    }
    if (n < 3) {
      return OptionalDouble.empty();
    }
    double t = Math.abs(correlation) * Math.sqrt((n - 2) / ((1 - correlation) * (1 + correlation)));
    double below =
        Double.isInfinite(t) ? 0 : new TDistribution(null, n - 2).cumulativeProbability(-t);
    return OptionalDouble.of(2 * below);
  }

  /** The correlation of centred ranks; NaN where either is constant. */
  static double ofCentredRanks(int[] first, int[] second) {
    double variation = sumOfProducts(first, first) * sumOfProducts(second, second);
    if (variation == 0) {
      return Double.NaN;
    }
    double correlation = sumOfProducts(first, second) / Math.sqrt(variation);
    return Math.max(-1, Math.min(1, correlation));
  }

  static OptionalDouble optional(double score) {
    return Double.isNaN(score) ? OptionalDouble.empty() : OptionalDouble.of(score);
  }

  private static double sumOfProducts(int[] first, int[] second) {
    long n = first.length;
    // A product is below n², so that many of them fit a long; the blocks' sums then add in double.
    int block = (int) Math.min(Math.max(n, 1), Long.MAX_VALUE / Math.max(n * n, 1));
    double total = 0;
    for (int from = 0; from < n; from += block) {
      total += sumOfProducts(first, second, from, (int) Math.min(n, (long) from + block));
    }
    return total;
  }

  private static long sumOfProducts(int[] first, int[] second, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += (long) first[i] * second[i];
    }
    return sum;
  }

  private static void requireNumbers(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        throw new IllegalArgumentException(
            "spearman: NaN at position " + i + " — leave out incomplete pairs");
      }
    }
  }
}
