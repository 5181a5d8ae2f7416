package org.neuralharmonizer.alignment;

import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * The uncertainty of a mean by resampling with replacement: standard error and percentile interval
 * (linear interpolation between order statistics). 1000 resamples and level 0.95 unless said
 * otherwise. Immutable; the same seed gives the same resamples.
 *
 * @see <a href="https://doi.org/10.1214/aos/1176344552">Efron 1979</a>
 */
public final class Bootstrap {
  private static final int DEFAULT_RESAMPLES = 1000;
  private static final double DEFAULT_LEVEL = 0.95;

  private final IndexSets indexSets;
  private final int resamples;
  private final double level;
  private final String settings;

  private Bootstrap(IndexSets indexSets, int resamples, double level, String settings) {
    this.indexSets = indexSets;
    this.resamples = resamples;
    this.level = level;
    this.settings = settings;
  }

  @FunctionalInterface
  private interface IndexSets {
    int[] draw(int resample, int n);
  }

  /** 1000 random resamples by a seed. */
  public static Bootstrap seeded(long seed) {
    return seeded(seed, DEFAULT_RESAMPLES);
  }

  /** Random resamples by a seed. */
  public static Bootstrap seeded(long seed, int resamples) {
    if (resamples < 2) {
      throw new IllegalArgumentException(
          "bootstrap: " + resamples + " resamples — need at least 2");
    }
    SeededRandom random = SeededRandom.of(seed);
    return new Bootstrap(
        (resample, n) -> {
          SeededRandom stream = random.stream(resample);
          int[] indices = new int[n];
          Arrays.setAll(indices, i -> stream.nextInt(n));
          return indices;
        },
        resamples,
        DEFAULT_LEVEL,
        "seed " + seed);
  }

  /** Given resamples, each a set of n positions 0 … n − 1 for n values. */
  public static Bootstrap ofIndices(List<int[]> indexSets) {
    if (indexSets.size() < 2) {
      throw new IllegalArgumentException(
          "bootstrap: " + indexSets.size() + " index sets — need at least 2");
    }
    List<int[]> copies = indexSets.stream().map(int[]::clone).toList();
    return new Bootstrap(
        (resample, n) -> checked(copies.get(resample), resample, n),
        copies.size(),
        DEFAULT_LEVEL,
        "given index sets");
  }

  /** The same with another level, above 0 and below 1. */
  public Bootstrap withLevel(double newLevel) {
    if (!(newLevel > 0 && newLevel < 1)) {
      throw new IllegalArgumentException(
          "bootstrap: level " + newLevel + " is not between 0 and 1");
    }
    return new Bootstrap(indexSets, resamples, newLevel, settings);
  }

  /**
   * The mean of some values with its uncertainty.
   *
   * @throws IllegalArgumentException if a value is not finite
   */
  public BootstrapInterval ofMean(double... values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "bootstrap: value " + i + " is " + values[i] + " — every value must be finite");
      }
    }
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double[] means = values.length < 2 ? new double[0] : resampledMeans(values);
    return Percentiles.interval(mean, means, level, resamples, settings);
  }

  private double[] resampledMeans(double[] values) {
    double[] means = new double[resamples];
    for (int resample = 0; resample < resamples; resample++) {
      double sum = 0;
      for (int i : indexSets.draw(resample, values.length)) {
        sum += values[i];
      }
      means[resample] = sum / values.length;
    }
    return means;
  }

  private static int[] checked(int[] indices, int resample, int n) {
    if (indices.length != n || Arrays.stream(indices).anyMatch(i -> i < 0 || i >= n)) {
      throw new IllegalArgumentException(
          "bootstrap: index set %d %s does not name %d of %d values"
              .formatted(resample, Arrays.toString(indices), n, n));
    }
    return indices;
  }
}
