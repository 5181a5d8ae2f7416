package org.neuralharmonizer.alignment;

/** What ranking does with NaN, which has no place in an order. */
public enum NanPolicy {
  /** Refuses, naming the position of the first NaN. */
  FAIL,
  /** Ranks every NaN above all numbers, tied with one another. */
  HIGHEST,
  /** Gives NaN the rank NaN and ranks the numbers among themselves. */
  KEEP
}
