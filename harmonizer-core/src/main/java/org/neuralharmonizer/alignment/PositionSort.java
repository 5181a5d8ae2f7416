package org.neuralharmonizer.alignment;

import java.util.Arrays;

/**
 * Sorts positions by keys of 32 bits. Owns its scratch memory, which grows to the longest input and
 * is used again; for one thread.
 *
 * <p>A word holds a key above and its position below. Two passes over the upper 26 bits of the keys
 * order nearly everything; what shares these bits and is still out of order, in most data next to
 * nothing, is sorted by comparison. That is quicker than a third pass, and no input costs more than
 * a sort by comparison.
 */
final class PositionSort {
  /** Positions take 31 bits, so that words are never negative. */
  private static final int KEY_SHIFT = 31;

  /** 8192 counters fill the first-level cache; fewer would leave more to sort by comparison. */
  private static final int DIGIT_BITS = 13;

  private static final int DIGITS = 1 << DIGIT_BITS;
  private static final int LOW_DIGIT = Integer.SIZE - 2 * DIGIT_BITS;
  private static final int HIGH_DIGIT = Integer.SIZE - DIGIT_BITS;

  /** Below this, clearing and adding up the counters costs more than comparing. */
  private static final int FEW = 1000;

  private final int[] places = new int[DIGITS];
  private final int[] oddPlaces = new int[DIGITS];
  private long[] words = {};
  private long[] spare = {};

  /**
   * Words in the order of their keys, taken as unsigned; n of them, valid until the next sort. The
   * order of equal keys is open.
   */
  long[] sort(int[] keys, int n) {
    if (words.length < n) {
      words = new long[n];
      spare = new long[n];
    }
    if (n < FEW) {
      for (int i = 0; i < n; i++) {
        words[i] = word(keys[i], i);
      }
      Arrays.sort(words, 0, n);
    } else {
      findPlaces(keys, n, LOW_DIGIT);
      scatterByLowDigit(keys, n, spare);
      findPlaces(keys, n, HIGH_DIGIT);
      scatterByHighDigit(spare, n, words);
      orderWithinBuckets(n);
    }
    return words;
  }

  static int position(long word) {
    return (int) word & Integer.MAX_VALUE;
  }

  static boolean equalKeys(long first, long second) {
    return (first ^ second) >>> KEY_SHIFT == 0;
  }

  private static long word(int key, int position) {
    return ((key & 0xffffffffL) << KEY_SHIFT) | position;
  }

  /**
   * Counts every value of a digit, then turns counts to places: for every value first those of keys
   * at even positions, then at odd ones. Two tables, since a value that repeats, such as the zero
   * of a sparse map, waits for its counter to be stored; one digit to a loop, which the compiler
   * unrolls.
   */
  private void findPlaces(int[] keys, int n, int digit) {
    int[] even = places;
    int[] odd = oddPlaces;
    Arrays.fill(even, 0);
    Arrays.fill(odd, 0);
    // The masks change nothing; they let the compiler drop the check of the index.
    for (int i = 0; i < n - 1; i += 2) {
      even[(keys[i] >>> digit) & (even.length - 1)]++;
      odd[(keys[i + 1] >>> digit) & (odd.length - 1)]++;
    }
    if (n % 2 != 0) {
      even[(keys[n - 1] >>> digit) & (even.length - 1)]++;
    }
    int place = 0;
    for (int i = 0; i < even.length; i++) {
      int evenCount = even[i];
      int oddCount = odd[i];
      even[i] = place;
      odd[i] = place + evenCount;
      place += evenCount + oddCount;
    }
  }

  private void scatterByLowDigit(int[] keys, int n, long[] to) {
    int[] even = places;
    int[] odd = oddPlaces;
    for (int i = 0; i < n - 1; i += 2) {
      int key = keys[i];
      to[even[(key >>> LOW_DIGIT) & (even.length - 1)]++] = word(key, i);
      int next = keys[i + 1];
      to[odd[(next >>> LOW_DIGIT) & (odd.length - 1)]++] = word(next, i + 1);
    }
    if (n % 2 != 0) {
      int last = keys[n - 1];
      to[even[(last >>> LOW_DIGIT) & (even.length - 1)]++] = word(last, n - 1);
    }
  }

  /** Keeps the order of equal digits, for which it takes one after another. */
  private void scatterByHighDigit(long[] from, int n, long[] to) {
    int[] all = places;
    for (int i = 0; i < n; i++) {
      long word = from[i];
      to[all[(int) (word >>> (KEY_SHIFT + HIGH_DIGIT)) & (all.length - 1)]++] = word;
    }
  }

  private void orderWithinBuckets(int n) {
    int end = 1;
    for (int i = descent(words, 1, n); i < n; i = descent(words, end, n)) {
      int start = i - 1;
      while (start > 0 && bucket(words[start - 1]) == bucket(words[i])) {
        start--;
      }
      end = i + 1;
      while (end < n && bucket(words[end]) == bucket(words[i])) {
        end++;
      }
      Arrays.sort(words, start, end);
    }
  }

  /** The first place from one on whose key is below the one before it; n if there is none. */
  private static int descent(long[] words, int from, int n) {
    for (int i = from; i < n; i++) {
      if ((words[i] >>> KEY_SHIFT) < (words[i - 1] >>> KEY_SHIFT)) {
        return i;
      }
    }
    return n;
  }

  private static int bucket(long word) {
    return (int) (word >>> (KEY_SHIFT + LOW_DIGIT));
  }
}
