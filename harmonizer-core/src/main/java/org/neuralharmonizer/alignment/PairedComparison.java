package org.neuralharmonizer.alignment;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.inference.WilcoxonSignedRankTest;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * Two models on the same images: the differences of their scores, image by image, first less
 * second. An image on which either is undefined has no difference; it is counted.
 *
 * @param pairs images on which both scores are defined
 * @param incomplete images left out because a score is undefined
 * @param difference the mean difference with its bootstrap uncertainty over images
 * @param permutation two-sided probability, under differences of random sign, of a mean at least
 *     this far from 0; empty without pairs
 * @param wilcoxon two-sided probability by Wilcoxon's signed ranks (differences of 0 left out, as
 *     in his paper); exact up to 30 nonzero differences of which no two have the same size, else
 *     the normal approximation; empty where all differences are 0
 * @param standardizedDifference Cohen's d of paired values: the mean difference over the standard
 *     deviation (n − 1) of the differences; empty for fewer than 2 pairs or a deviation of 0
 * @param rankBiserial Kerby's matched-pairs rank-biserial correlation: the share of rank sum in
 *     favour of the first less that of the second, in [−1, 1]; empty where all differences are 0
 * @param settings draws and seed, in words
 * @see <a href="https://doi.org/10.2307/3001968">Wilcoxon 1945</a>
 * @see <a href="https://doi.org/10.2466/11.IT.3.1">Kerby 2014</a>
 */
public record PairedComparison(
    int pairs,
    int incomplete,
    BootstrapInterval difference,
    OptionalDouble permutation,
    OptionalDouble wilcoxon,
    OptionalDouble standardizedDifference,
    OptionalDouble rankBiserial,
    String settings) {

  /** Up to this many pairs every one of the 2ⁿ signs is taken; more are drawn. */
  private static final int EXACT_SIGNS = 14;

  private static final int EXACT_WILCOXON = 30;
  private static final int DRAWS = 10_000;

  /** Sums that differ in rounding alone count as equal. */
  private static final double ROUNDING = 1e-12;

  /**
   * Compares two results on the same images, which are matched by id.
   *
   * @throws IllegalArgumentException if the results are of other images, or an id comes twice
   */
  public static PairedComparison of(AlignmentResult first, AlignmentResult second, long seed) {
    Map<String, OptionalDouble> others = new HashMap<>();
    second.images().forEach(image -> others.put(image.id(), image.score()));
    double[] own = new double[first.images().size()];
    double[] other = new double[own.length];
    for (int i = 0; i < own.length; i++) {
      AlignmentResult.ImageScore image = first.images().get(i);
      OptionalDouble match = others.remove(image.id());
      if (match == null) {
        throw new IllegalArgumentException(
            "paired comparison: image \"%s\" is not in both, or twice — compare the same images"
                .formatted(image.id()));
      }
      own[i] = image.score().orElse(Double.NaN);
      other[i] = match.orElse(Double.NaN);
    }
    if (!others.isEmpty() || second.images().size() != own.length) {
      throw new IllegalArgumentException(
          "paired comparison: %d and %d images — compare the same images"
              .formatted(own.length, second.images().size()));
    }
    return of(own, other, seed);
  }

  /**
   * Compares two series of scores, NaN where undefined.
   *
   * @throws IllegalArgumentException if their lengths differ
   */
  public static PairedComparison of(double[] first, double[] second, long seed) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "paired comparison: %d and %d scores — must be of the same images"
              .formatted(first.length, second.length));
    }
    double[] all = new double[first.length];
    Arrays.setAll(all, i -> first[i] - second[i]);
    double[] differences = Arrays.stream(all).filter(value -> !Double.isNaN(value)).toArray();
    double[] nonzero = Arrays.stream(differences).filter(value -> value != 0).toArray();
    boolean exact = differences.length <= EXACT_SIGNS;
    return new PairedComparison(
        differences.length,
        first.length - differences.length,
        Bootstrap.seeded(seed).ofMean(differences),
        exact ? allSigns(differences) : drawnSigns(differences, seed),
        wilcoxon(nonzero),
        standardized(differences),
        rankBiserial(nonzero),
        exact ? "all signs" : DRAWS + " draws of signs, seed " + seed);
  }

  private static OptionalDouble allSigns(double[] differences) {
    if (differences.length == 0) {
      return OptionalDouble.empty();
    }
    double observed = threshold(differences);
    int signs = 1 << differences.length;
    int asFar = 0;
    for (int pattern = 0; pattern < signs; pattern++) {
      double sum = 0;
      for (int i = 0; i < differences.length; i++) {
        sum += (pattern >> i & 1) == 0 ? differences[i] : -differences[i];
      }
      asFar += Math.abs(sum) >= observed ? 1 : 0;
    }
    return OptionalDouble.of(asFar / (double) signs);
  }

  private static OptionalDouble drawnSigns(double[] differences, long seed) {
    double observed = threshold(differences);
    SeededRandom random = SeededRandom.of(seed);
    int asFar = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      SeededRandom stream = random.stream(draw);
      double sum = 0;
      for (double difference : differences) {
        sum += stream.nextLong() < 0 ? difference : -difference;
      }
      asFar += Math.abs(sum) >= observed ? 1 : 0;
    }
    // The observed signs are one of the draws: no probability is 0.
    return OptionalDouble.of((asFar + 1.0) / (DRAWS + 1.0));
  }

  private static double threshold(double[] differences) {
    double size = Arrays.stream(differences).map(Math::abs).sum();
    return Math.abs(Arrays.stream(differences).sum()) - ROUNDING * size;
  }

  private static OptionalDouble wilcoxon(double[] nonzero) {
    if (nonzero.length == 0) {
      return OptionalDouble.empty();
    }
    long sizes = Arrays.stream(nonzero).map(Math::abs).distinct().count();
    boolean exact = nonzero.length <= EXACT_WILCOXON && sizes == nonzero.length;
    double probability =
        new WilcoxonSignedRankTest()
            .wilcoxonSignedRankTest(new double[nonzero.length], nonzero, exact);
    // Twice one tail, which exceeds 1 where the rank sums are equal.
    return OptionalDouble.of(Math.min(1, probability));
  }

  private static OptionalDouble standardized(double[] differences) {
    double deviation = differences.length < 2 ? 0 : new StandardDeviation().evaluate(differences);
    return deviation > 0
        ? OptionalDouble.of(Arrays.stream(differences).average().orElseThrow() / deviation)
        : OptionalDouble.empty();
  }

  private static OptionalDouble rankBiserial(double[] nonzero) {
    if (nonzero.length == 0) {
      return OptionalDouble.empty();
    }
    double[] sizes = Arrays.stream(nonzero).map(Math::abs).toArray();
    double[] ranks = Ranking.midRanks(sizes, NanPolicy.FAIL);
    double signed = 0;
    double total = 0;
    for (int i = 0; i < ranks.length; i++) {
      signed += Math.signum(nonzero[i]) * ranks[i];
      total += ranks[i];
    }
    return OptionalDouble.of(signed / total);
  }
}
