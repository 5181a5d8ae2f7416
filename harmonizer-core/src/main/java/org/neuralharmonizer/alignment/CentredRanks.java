package org.neuralharmonizer.alignment;

/**
 * The ranks of a series as 2 · rank − n − 1, equal values sharing the mean of their ranks: whole
 * numbers of sum 0, so that their products sum without rounding. Its memory is used again for the
 * next series; for one thread.
 */
final class CentredRanks {
  /** n³ fits a long. */
  private static final int LONGEST_EXACT = (1 << 21) - 1;

  private int[] ranks = {};
  private int n;
  private long tied;

  /** Begins a series of n values, and lends the memory of its ranks to hold their keys before. */
  int[] begin(int length) {
    if (ranks.length < length) {
      ranks = new int[length];
    }
    n = length;
    tied = 0;
    return ranks;
  }

  /** Ranks the words of an interval of places, of which no two are equal. */
  void rank(long[] words, int from, int to) {
    int[] target = ranks;
    for (int i = from; i < to; i++) {
      // Wraps only on the way: the result is between −n and n.
      target[PositionSort.position(words[i])] = 2 * i + 1 - n;
    }
  }

  /** Lets the words of an interval of places share the mean of their ranks. */
  void tie(long[] words, int from, int to) {
    int[] target = ranks;
    int shared = shared(from, to);
    for (int i = from; i < to; i++) {
      target[PositionSort.position(words[i])] = shared;
    }
    countTie(to - from);
  }

  /** What equal values that fill an interval of places have for their rank. */
  int shared(int from, int to) {
    // Ranks from + 1 … to have the mean (from + 1 + to) / 2.
    return (int) ((long) from + to - n);
  }

  /** Sets one rank; whoever shares ranks so also counts the ties. */
  void set(int position, int rank) {
    ranks[position] = rank;
  }

  /** Counts a group of equal values. */
  void countTie(int size) {
    tied += cubeLessItself(size);
  }

  int rank(int position) {
    return ranks[position];
  }

  /** Pearson's correlation of the ranks, which is Spearman's; NaN where either is constant. */
  static double correlation(CentredRanks first, CentredRanks second) {
    assert first.n == second.n;
    double variation = first.sumOfSquares() * second.sumOfSquares();
    if (variation == 0) {
      return Double.NaN;
    }
    double correlation = sumOfProducts(first, second) / Math.sqrt(variation);
    return Math.max(-1, Math.min(1, correlation));
  }

  /**
   * The sum of squares: (n³ − n) / 3 without ties, less (t³ − t) / 3 for every group of t equal
   * values.
   */
  double sumOfSquares() {
    if (n > LONGEST_EXACT) {
      return sumOfProducts(this, this);
    }
    long exact = (cubeLessItself(n) - tied) / 3;
    return exact;
  }

  private static long cubeLessItself(long size) {
    return size * size * size - size;
  }

  private static double sumOfProducts(CentredRanks first, CentredRanks second) {
    long n = first.n;
    // A product is below n², so that many of them fit a long; the blocks' sums then add in double.
    int block = (int) Math.min(Math.max(n, 1), Long.MAX_VALUE / Math.max(n * n, 1));
    double total = 0;
    for (int from = 0; from < n; from += block) {
      int to = (int) Math.min(n, (long) from + block);
      total += sumOfProducts(first.ranks, second.ranks, from, to);
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
}
