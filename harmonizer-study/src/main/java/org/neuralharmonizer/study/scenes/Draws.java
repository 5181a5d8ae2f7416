package org.neuralharmonizer.study.scenes;

/**
 * A stream of random numbers named by its keys: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, doi
 * 10.1145/2660193.2660195) started at a hash of them. Owned by one thread.
 */
final class Draws {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private long state;

  private Draws(long state) {
    this.state = state;
  }

  static Draws of(long... keys) {
    long hash = 0;
    for (long key : keys) {
      hash = mix(hash + GOLDEN_GAMMA + mix(key + GOLDEN_GAMMA));
    }
    return new Draws(hash);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    state += GOLDEN_GAMMA;
    return (mix(state) >>> 11) * UNIT;
  }

  double between(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Uniform in [−reach, reach). */
  double around(double reach) {
    return between(-reach, reach);
  }

  /** Uniform in 0 … bound − 1. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  boolean happens(double probability) {
    return uniform() < probability;
  }

  /** Standard normal, by Box and Muller; StrictMath, so the bits are equal on every platform. */
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * Math.PI * uniform());
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
