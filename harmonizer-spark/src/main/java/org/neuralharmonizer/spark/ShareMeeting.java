package org.neuralharmonizer.spark;

import org.jspecify.annotations.Nullable;

/** The exchanges of one step, one after the other: no share brings more before it has a sum. */
final class ShareMeeting {
  private static final byte[] NOT_YET = {};

  private final byte @Nullable [][] given;
  private int arrived;
  private int number;
  private byte[] last = NOT_YET;

  ShareMeeting(int shares) {
    given = new byte[shares][];
  }

  /** The sum, with the same bits for each share; empty as long as a share is missing. */
  byte[] receive(SharePart part) {
    if (part.number() == number && given[part.share()] == null && part.values().length > 0) {
      given[part.share()] = part.values();
      if (++arrived == given.length) {
        add();
      }
    }
    return part.number() < number ? last : NOT_YET;
  }

  /** In the order of the shares. */
  private void add() {
    double[] sums = new double[0];
    for (int share = 0; share < given.length; share++) {
      byte[] bytes = given[share];
      float[] values = Floats.floats(bytes == null ? NOT_YET : bytes);
      if (share == 0) {
        sums = new double[values.length];
      } else if (values.length != sums.length) {
        throw new IllegalStateException(
            "training: a share gave %d values to a sum of %d — let all machines have the same version"
                .formatted(values.length, sums.length));
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
      given[share] = null;
    }
    float[] rounded = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      rounded[i] = (float) sums[i];
    }
    last = Floats.bytes(rounded, 0, rounded.length);
    arrived = 0;
    number++;
  }
}
