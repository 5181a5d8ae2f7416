package org.neuralharmonizer.cpu;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Seeded numbers and awkward sizes for the kernels' tests. */
final class Samples {

  private Samples() {}

  /** Around every vector length and every unrolling, and a few long ones. */
  static IntStream awkwardSizes() {
    return IntStream.concat(
        IntStream.rangeClosed(1, 67), IntStream.of(128, 1000, 1023, 1024, 4097));
  }

  static float[] uniform(long seed, int size) {
    return uniform(new SplittableRandom(seed), size);
  }

  static float[] uniform(SplittableRandom random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }

  /** Uniform in −8 … 8 with every special value strewn in. */
  static float[] withSpecials(long seed, int size) {
    float[] specials = {
      0f,
      -0f,
      1f,
      -1f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      88.7f,
      89.5f,
      -87.5f,
      -103.5f,
      -104.5f
    };
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] =
          random.nextInt(4) == 0
              ? specials[random.nextInt(specials.length)]
              : (float) (random.nextDouble() * 16 - 8);
    }
    return values;
  }
}
