package org.neuralharmonizer.cpu;

import org.neuralharmonizer.expr.Code;

/**
 * One pass over a block of a fused loop.
 *
 * @param first the operation; of a pair, the inner one
 * @param second the outer operation of a pair
 * @param reads the values read; {@link #NONE} where an attribute takes the place of one
 * @param attribute the number that belongs to the first operation
 * @param other the number that belongs to the second operation; of a sum, which one it is
 * @param target the value written; {@link #NONE} for a sum
 */
record LoopOperation(
    Kind kind, Code first, Code second, int[] reads, float attribute, float other, int target) {

  static final int NONE = -1;

  enum Kind {
    /** An instruction as it stands. */
    SINGLE,
    /** A value times the step of another. */
    GATE,
    /** Two sums or products. */
    PAIR,
    /** Adds up a value. */
    SUM,
    /** Adds up the products of two values. */
    SUM_OF_PRODUCTS
  }

  boolean reads(int value) {
    for (int read : reads) {
      if (read == value) {
        return true;
      }
    }
    return false;
  }
}
