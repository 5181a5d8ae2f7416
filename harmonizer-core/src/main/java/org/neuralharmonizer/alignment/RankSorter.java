package org.neuralharmonizer.alignment;

import java.util.Arrays;

/**
 * Ranks values by a stable radix sort of words that hold a sortable key above and a position below.
 * Owns its scratch memory, which is reused from call to call; for one thread.
 *
 * <p>Results are centred ranks, 2 · rank − n − 1: whole numbers of sum 0, so that their products
 * sum without rounding.
 */
final class RankSorter {
  private static final int KEY_SHIFT = 32;

  /** Three digits cover 32 bits, and 2048 counters fit the first-level cache. */
  private static final int DIGIT_BITS = 11;

  private static final int DIGITS = 3;
  private static final int DIGIT_MASK = (1 << DIGIT_BITS) - 1;
  private static final long LOW_HALF = 0xffffffffL;

  /** Insertion beyond so many places costs more than three further passes of the radix sort. */
  private static final int LONGEST_MOVE = 64;

  private final int[][] counts = new int[DIGITS][1 << DIGIT_BITS];
  private long[] words = {};
  private long[] spare = {};
  private long[] keys = {};

  /** Centred ranks; NaN is above all, −0.0 equals 0.0. */
  void centredRanks(float[] values, int[] target) {
    reserve(values.length);
    for (int i = 0; i < values.length; i++) {
      words[i] = (long) sortable(values[i]) << KEY_SHIFT | i;
    }
    sort(values.length);
    int n = values.length;
    for (int from = 0; from < n; ) {
      int key = (int) (words[from] >>> KEY_SHIFT);
      int to = from + 1;
      while (to < n && (int) (words[to] >>> KEY_SHIFT) == key) {
        to++;
      }
      share(from, to, n, target);
      from = to;
    }
  }

  /** Centred ranks; NaN is above all, −0.0 equals 0.0. */
  void centredRanks(double[] values, int[] target) {
    int n = values.length;
    reserve(n);
    if (keys.length < n) {
      keys = new long[n];
    }
    for (int i = 0; i < n; i++) {
      keys[i] = sortable(values[i]);
      words[i] = keys[i] & ~LOW_HALF | i;
    }
    sort(n);
    // High halves differ almost everywhere in practice; low halves order what little is left.
    if (!orderEqualHighHalves(n)) {
      sortBothHalves(n);
    }
    for (int from = 0; from < n; ) {
      long key = keys[(int) words[from]];
      int to = from + 1;
      while (to < n && keys[(int) words[to]] == key) {
        to++;
      }
      share(from, to, n, target);
      from = to;
    }
  }

  /** Orders runs of equal high halves by their whole keys; gives up on a long run of many keys. */
  private boolean orderEqualHighHalves(int n) {
    for (int i = 1; i < n; i++) {
      long word = words[i];
      long key = keys[(int) word];
      int place = i;
      while (place > 0 && Long.compareUnsigned(keys[(int) words[place - 1]], key) > 0) {
        words[place] = words[place - 1];
        place--;
      }
      words[place] = word;
      if (i - place > LONGEST_MOVE) {
        return false;
      }
    }
    return true;
  }

  /** The sort is stable: ordered by low halves, then by high halves, whole keys are in order. */
  private void sortBothHalves(int n) {
    for (int i = 0; i < n; i++) {
      words[i] = keys[i] << KEY_SHIFT | i;
    }
    sort(n);
    for (int i = 0; i < n; i++) {
      int position = (int) words[i];
      words[i] = keys[position] & ~LOW_HALF | position;
    }
    sort(n);
  }

  private void share(int from, int to, int n, int[] target) {
    // Ranks from + 1 … to have the mean (from + 1 + to) / 2.
    int centred = (int) ((long) from + to - n);
    for (int i = from; i < to; i++) {
      target[(int) words[i]] = centred;
    }
  }

  private void reserve(int n) {
    if (words.length < n) {
      words = new long[n];
      spare = new long[n];
    }
  }

  private void sort(int n) {
    count(n);
    for (int digit = 0; digit < DIGITS; digit++) {
      int shift = KEY_SHIFT + digit * DIGIT_BITS;
      int[] starts = counts[digit];
      if (n > 0 && starts[(int) (words[0] >>> shift) & DIGIT_MASK] < n) {
        accumulate(starts);
        scatter(n, shift, starts);
        long[] sorted = spare;
        spare = words;
        words = sorted;
      }
    }
  }

  private void count(int n) {
    for (int[] each : counts) {
      Arrays.fill(each, 0);
    }
    int[] low = counts[0];
    int[] middle = counts[1];
    int[] high = counts[2];
    for (int i = 0; i < n; i++) {
      int key = (int) (words[i] >>> KEY_SHIFT);
      low[key & DIGIT_MASK]++;
      middle[key >>> DIGIT_BITS & DIGIT_MASK]++;
      high[key >>> 2 * DIGIT_BITS]++;
    }
  }

  private static void accumulate(int[] counts) {
    int start = 0;
    for (int i = 0; i < counts.length; i++) {
      int count = counts[i];
      counts[i] = start;
      start += count;
    }
  }

  private void scatter(int n, int shift, int[] starts) {
    long[] from = words;
    long[] to = spare;
    for (int i = 0; i < n; i++) {
      long word = from[i];
      to[starts[(int) (word >>> shift) & DIGIT_MASK]++] = word;
    }
  }

  /** Bits whose unsigned order is the order of the values. Adding 0 turns −0.0 into 0.0. */
  private static int sortable(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    return bits ^ (bits >> 31 | Integer.MIN_VALUE);
  }

  private static long sortable(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits ^ (bits >> 63 | Long.MIN_VALUE);
  }
}
