package org.neuralharmonizer.spark;

import java.util.Arrays;

/** The exchanges of one step, one after the other: no share brings more before it has a sum. */
final class ShareMeeting {
  private static final byte[] NOT_YET = {};

  private final byte[][] given;
  private int arrived;
  private int number;
  private byte[] last = NOT_YET;

  ShareMeeting(int shares) {
    given = new byte[shares][];
    Arrays.fill(given, NOT_YET);
  }

  /** The sum, with the same bits for each share; empty as long as a share is missing. */
  byte[] receive(SharePart part) {
    if (part.number() == number && given[part.share()].length == 0 && part.values().length > 0) {
      given[part.share()] = part.values();
      if (++arrived == given.length) {
        add();
      }
    }
    return part.number() < number ? last : NOT_YET;
  }

  private void add() {
    FloatSum sum = new FloatSum(given[0].length);
    for (byte[] bytes : given) {
      sum.add(bytes);
    }
    last = sum.bytes();
    Arrays.fill(given, NOT_YET);
    arrived = 0;
    number++;
  }
}
