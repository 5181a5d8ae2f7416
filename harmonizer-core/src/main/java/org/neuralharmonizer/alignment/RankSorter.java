package org.neuralharmonizer.alignment;

import java.util.Arrays;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Ranks values, in linear time as long as those that differ mostly differ as floats too. Owns
 * scratch memory, which is used again from call to call; for one thread.
 */
final class RankSorter {
  private final PositionSort sort = new PositionSort();

  /** Ranks the pixels of a map. */
  void rank(ImportanceMap map, CentredRanks target) {
    Tensor values = map.values();
    int n = values.size();
    int[] keys = target.begin(n);
    for (int i = 0; i < n; i++) {
      keys[i] = Float.floatToRawIntBits(values.value(i));
    }
    makeSortable(keys, n);
    long[] words = sort.sort(keys, n);
    for (int to, from = 0; from < n; from = to) {
      to = apart(words, from, n);
      if (to > from) {
        target.rank(words, from, to);
      } else {
        to = equal(words, from, n);
        target.tie(words, from, to);
      }
    }
  }

  /** Ranks doubles; NaN is above all, −0.0 equals 0.0. */
  void rank(double[] values, CentredRanks target) {
    int n = values.length;
    int[] keys = target.begin(n);
    for (int i = 0; i < n; i++) {
      keys[i] = Float.floatToIntBits((float) values[i]);
    }
    makeSortable(keys, n);
    long[] words = sort.sort(keys, n);
    for (int to, from = 0; from < n; from = to) {
      to = apart(words, from, n);
      if (to > from) {
        target.rank(words, from, to);
      } else {
        // Rounding keeps the order but may make values equal: only these are compared as they are.
        to = equal(words, from, n);
        rankExactly(values, words, from, to, target);
      }
    }
  }

  private static void rankExactly(
      double[] values, long[] words, int from, int to, CentredRanks target) {
    double first = values[PositionSort.position(words[from])];
    int i = from + 1;
    while (i < to && values[PositionSort.position(words[i])] == first) {
      i++;
    }
    if (i == to) {
      target.tie(words, from, to);
    } else {
      rankBySearch(values, words, from, to, target);
    }
  }

  /** For equal floats of different doubles. */
  private static void rankBySearch(
      double[] values, long[] words, int from, int to, CentredRanks target) {
    double[] ordered = new double[to - from];
    for (int i = from; i < to; i++) {
      ordered[i - from] = values[PositionSort.position(words[i])] + 0.0;
    }
    Arrays.sort(ordered);
    int[] ranks = ranksOf(ordered, from, target);
    for (int i = from; i < to; i++) {
      int position = PositionSort.position(words[i]);
      target.set(position, ranks[Arrays.binarySearch(ordered, values[position] + 0.0)]);
    }
  }

  /** The ranks of values in order that fill the places from one on. */
  private static int[] ranksOf(double[] ordered, int from, CentredRanks target) {
    int[] ranks = new int[ordered.length];
    for (int start = 0; start < ordered.length; ) {
      int end = start + 1;
      while (end < ordered.length && Double.compare(ordered[end], ordered[start]) == 0) {
        end++;
      }
      Arrays.fill(ranks, start, end, target.shared(from + start, from + end));
      target.countTie(end - start);
      start = end;
    }
    return ranks;
  }

  /**
   * Makes keys whose unsigned order is the order of the values out of bits of floats: of sign and
   * magnitude a number in two's complement, in which −0.0 is 0, then shifted to be unsigned.
   */
  private static void makeSortable(int[] keys, int n) {
    for (int i = 0; i < n; i++) {
      int sign = keys[i] >> 31;
      keys[i] = (((keys[i] & Integer.MAX_VALUE) ^ sign) - sign) ^ Integer.MIN_VALUE;
    }
  }

  /** The end of the words from a place on of which none has the key of the next. */
  private static int apart(long[] words, int from, int n) {
    for (int i = from; i < n - 1; i++) {
      if (PositionSort.equalKeys(words[i], words[i + 1])) {
        return i;
      }
    }
    return n;
  }

  /** The end of the words from a place on that have the key of its word. */
  private static int equal(long[] words, int from, int n) {
    long first = words[from];
    int to = from + 1;
    while (to < n && PositionSort.equalKeys(words[to], first)) {
      to++;
    }
    return to;
  }
}
