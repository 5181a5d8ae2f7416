package org.neuralharmonizer.tensor;

/**
 * A pseudo-random generator whose numbers are promised: the same seed and stream give the same
 * draws on every platform and in every version.
 *
 * <p>SplitMix64 with its published constants. Streams are derived by key, such as (epoch, sample),
 * so that what is drawn for one sample does not depend on how many were drawn before or by which
 * thread. Mutable and confined to one thread.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood: Fast splittable
 *     pseudorandom number generators</a>
 */
public final class SeededRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private final long origin;
  private long state;

  private SeededRandom(long origin) {
    this.origin = origin;
    this.state = origin;
  }

  /** A generator for a seed. */
  public static SeededRandom of(long seed) {
    return new SeededRandom(mix(seed + GOLDEN_GAMMA));
  }

  /** An independent generator for a key below this one's seed, whatever was drawn from this one. */
  public SeededRandom stream(long... keys) {
    long derived = origin;
    for (long key : keys) {
      derived = mix(derived ^ mix(key + GOLDEN_GAMMA)) + GOLDEN_GAMMA;
    }
    return new SeededRandom(mix(derived));
  }

  /** 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  public double nextDouble() {
    return (nextLong() >>> 11) * UNIT;
  }

  /** Uniform in [from, to). */
  public double nextDouble(double from, double to) {
    return from + (to - from) * nextDouble();
  }

  /** Uniform in 0 … bound − 1, without bias. */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("random: the bound must be at least 1, not " + bound);
    }
    long limit = (1L << 32) / bound * bound;
    long draw = nextLong() >>> 32;
    while (draw >= limit) {
      draw = nextLong() >>> 32;
    }
    return (int) (draw % bound);
  }

  /** Standard normal, by Box and Muller's transform; two uniform draws each. */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** A uniformly random order of 0 … n − 1, by Fisher and Yates. */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
