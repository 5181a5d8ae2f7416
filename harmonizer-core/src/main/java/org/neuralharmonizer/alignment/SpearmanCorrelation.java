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
    CentredRanks first = new CentredRanks();
    CentredRanks second = new CentredRanks();
    sorter.rank(predicted, first);
    sorter.rank(human, second);
    return optional(CentredRanks.correlation(first, second));
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
    CentredRanks firstRanks = new CentredRanks();
    CentredRanks secondRanks = new CentredRanks();
    sorter.rank(first, firstRanks);
    sorter.rank(second, secondRanks);
    return optional(CentredRanks.correlation(firstRanks, secondRanks));
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

  static OptionalDouble optional(double score) {
    return Double.isNaN(score) ? OptionalDouble.empty() : OptionalDouble.of(score);
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
