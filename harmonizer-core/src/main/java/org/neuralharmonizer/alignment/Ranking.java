package org.neuralharmonizer.alignment;

/**
 * Ranks 1 … n in rising order, equal values sharing the mean of their ranks (mid-ranks, R's and
 * SciPy's "average"). −0.0 ties with 0.0; infinities rank at the ends.
 *
 * <p>Exact: mid-ranks are multiples of ½. Linear time, by radix sort, unless many values are so
 * close that they are equal as floats. Nothing is ranked in no values.
 */
public final class Ranking {
  private Ranking() {}

  /** Mid-ranks of floats, in the order of the values. */
  public static double[] midRanks(float[] values, NanPolicy policy) {
    double[] widened = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      widened[i] = values[i];
    }
    return midRanks(widened, policy);
  }

  /** Mid-ranks of doubles, in the order of the values. */
  public static double[] midRanks(double[] values, NanPolicy policy) {
    CentredRanks centred = new CentredRanks();
    new RankSorter().rank(values, centred);
    double[] ranks = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      ranks[i] = (centred.rank(i) + values.length + 1.0) / 2;
      if (policy != NanPolicy.HIGHEST && Double.isNaN(values[i])) {
        ranks[i] = replacement(i, policy);
      }
    }
    return ranks;
  }

  private static double replacement(int position, NanPolicy policy) {
    if (policy == NanPolicy.FAIL) {
      throw new IllegalArgumentException(
          "ranking: NaN at position "
              + position
              + " — remove it, or choose NanPolicy.HIGHEST or KEEP");
    }
    return Double.NaN;
  }
}
