package org.neuralharmonizer.alignment;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * How well one half of an image's raters predicts the other: Spearman's correlation between the
 * mean maps of two halves, over random splits. Half A is the first ⌊R/2⌋ raters of a permutation,
 * half B the rest.
 *
 * <p>This is the reliability of half the raters. {@link #spearmanBrown} estimates that of all of
 * them. Immutable; the same seed gives the same splits for every image with the same number of
 * raters, whatever other images are in the study.
 */
public final class SplitHalfReliability {
  private static final int DEFAULT_SPLITS = 1000;

  private final Splits splits;
  private final String splitting;
  private final MapPreparation preparation;
  private final UndefinedPolicy policy;
  private final int threads;

  private SplitHalfReliability(
      Splits splits,
      String splitting,
      MapPreparation preparation,
      UndefinedPolicy policy,
      int threads) {
    this.splits = splits;
    this.splitting = splitting;
    this.preparation = preparation;
    this.policy = policy;
    this.threads = threads;
  }

  @FunctionalInterface
  private interface Splits {
    List<int[]> of(RaterMaps image);
  }

  /**
   * The result of a study.
   *
   * @param images per image, in the order given
   * @param mean the mean over images of their means over splits; NaN if none is defined
   * @param spearmanBrown the mean over images of {@link SplitHalfReliability#spearmanBrown} of
   *     their means over splits; NaN if none is defined
   * @param undefinedImages images without any defined score
   * @param undefinedScores undefined scores in all images
   * @param policy what was done with undefined scores
   * @param settings splits, seed and preparation, in words
   */
  public record Result(
      List<ImageReliability> images,
      double mean,
      double spearmanBrown,
      int undefinedImages,
      int undefinedScores,
      UndefinedPolicy policy,
      String settings) {}

  /** 1000 random splits by a seed. */
  public static SplitHalfReliability seeded(long seed) {
    return seeded(seed, DEFAULT_SPLITS);
  }

  /** Random splits by a seed. */
  public static SplitHalfReliability seeded(long seed, int splits) {
    if (splits < 1) {
      throw new IllegalArgumentException("split-half: " + splits + " splits — need at least 1");
    }
    return new SplitHalfReliability(
        image -> random(seed, splits, image.raters()),
        splits + " random splits, seed " + seed,
        MapPreparation.none(),
        UndefinedPolicy.EXCLUDE_AND_COUNT,
        1);
  }

  /** Given splits, each a permutation of the raters 0 … R − 1, for images with R raters. */
  public static SplitHalfReliability ofPermutations(List<int[]> permutations) {
    List<int[]> copies = permutations.stream().map(int[]::clone).toList();
    if (copies.isEmpty()) {
      throw new IllegalArgumentException("split-half: no permutations — give at least one");
    }
    return new SplitHalfReliability(
        image -> checked(copies, image),
        copies.size() + " given splits",
        MapPreparation.none(),
        UndefinedPolicy.EXCLUDE_AND_COUNT,
        1);
  }

  /**
   * The same with the mean map of every half prepared, such as blurred, before it is ranked. For a
   * linear step {@link RaterMaps#prepared} says the same, up to rounding, at R steps per image.
   */
  public SplitHalfReliability withPreparation(MapPreparation step) {
    return new SplitHalfReliability(
        splits, splitting, Objects.requireNonNull(step, "step"), policy, threads);
  }

  /** The same with another policy for splits where a half's map is constant. */
  public SplitHalfReliability withPolicy(UndefinedPolicy newPolicy) {
    return new SplitHalfReliability(
        splits, splitting, preparation, Objects.requireNonNull(newPolicy, "newPolicy"), threads);
  }

  /**
   * The same computed by a number of threads, which share out the splits of every image; 1 unless
   * said otherwise. The result is the same to the bit for any number. A preparation of one's own
   * must then be safe to share between threads.
   */
  public SplitHalfReliability withThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("split-half: threads must be at least 1, not " + count);
    }
    return new SplitHalfReliability(splits, splitting, preparation, policy, count);
  }

  /**
   * The reliability of the raters of some images, which may differ in size and raters.
   *
   * @throws IllegalArgumentException if there is no image, one has fewer than 2 raters, or a given
   *     permutation does not fit
   */
  public Result of(List<RaterMaps> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("split-half: no images — give at least one");
    }
    List<ImageReliability> each;
    try (Shares shares = new Shares(threads)) {
      each = images.stream().map(image -> of(image, shares)).toList();
    }
    return new Result(
        each,
        pooled(each, ImageReliability::meanOrNaN),
        pooled(each, image -> spearmanBrown(image.meanOrNaN())),
        (int) each.stream().filter(image -> image.mean().isEmpty()).count(),
        each.stream().mapToInt(ImageReliability::undefined).sum(),
        policy,
        splitting + ", half-means " + preparation.description());
  }

  /**
   * The reliability of twice as many raters, 2 r / (1 + r), by Spearman and Brown. For r = −1 it is
   * negative infinity. Halves of odd R differ by one rater, for which the formula is an
   * approximation.
   *
   * @see <a href="https://doi.org/10.1111/j.2044-8295.1910.tb00207.x">Brown 1910</a>
   */
  public static double spearmanBrown(double halfReliability) {
    return 2 * halfReliability / (1 + halfReliability);
  }

  /**
   * Some of the scores that {@link #of} has of an image, for work that is divided among machines;
   * {@link ImageReliability#of} puts them together.
   *
   * @param from the first split, from 0
   * @param to the split after the last
   * @return Spearman's correlation by split, NaN where it is undefined
   * @throws IllegalArgumentException if the image has fewer than 2 raters, or there are no such
   *     splits
   */
  public double[] scores(RaterMaps image, int from, int to) {
    requireRaters(image);
    List<int[]> orders = splits.of(image);
    if (from < 0 || to < from || to > orders.size()) {
      throw new IllegalArgumentException(
          "split-half: splits %d to %d of %d — give splits that there are"
              .formatted(from, to, orders.size()));
    }
    try (Shares shares = new Shares(threads)) {
      return scores(image, orders.subList(from, to), shares);
    }
  }

  private ImageReliability of(RaterMaps image, Shares shares) {
    requireRaters(image);
    double[] scores = scores(image, splits.of(image), shares);
    return new ImageReliability(image.id(), image.raters(), scores, policy, "split");
  }

  private static void requireRaters(RaterMaps image) {
    if (image.raters() < 2) {
      throw new IllegalArgumentException(
          "split-half \"%s\": needs at least 2 raters, has %d — leave the image out"
              .formatted(image.id(), image.raters()));
    }
  }

  private double[] scores(RaterMaps image, List<int[]> orders, Shares shares) {
    double[] scores = new double[orders.size()];
    double[][] maps = MeanRanks.maps(image);
    shares.run(
        share -> {
          MeanRanks ranks = new MeanRanks(image, maps, preparation);
          CentredRanks halfA = new CentredRanks();
          CentredRanks halfB = new CentredRanks();
          for (int split = share; split < scores.length; split += shares.count()) {
            int[] order = orders.get(split);
            int half = order.length / 2;
            ranks.rank(Arrays.copyOf(order, half), halfA);
            ranks.rank(Arrays.copyOfRange(order, half, order.length), halfB);
            scores[split] = CentredRanks.correlation(halfA, halfB);
          }
        });
    return scores;
  }

  private double pooled(List<ImageReliability> images, ToDoubleFunction<ImageReliability> value) {
    return policy.mean(
        images.stream().mapToDouble(value).toArray(),
        i -> "reliability of \"" + images.get(i).id() + "\"");
  }

  private static List<int[]> random(long seed, int splits, int raters) {
    SeededRandom random = SeededRandom.of(seed);
    return IntStream.range(0, splits)
        .mapToObj(split -> random.stream(raters, split).permutation(raters))
        .toList();
  }

  private static List<int[]> checked(List<int[]> permutations, RaterMaps image) {
    int[] raters = IntStream.range(0, image.raters()).toArray();
    for (int[] permutation : permutations) {
      int[] sorted = permutation.clone();
      Arrays.sort(sorted);
      if (!Arrays.equals(sorted, raters)) {
        throw new IllegalArgumentException(
            "split-half \"%s\": %s is not a permutation of its %d raters 0 … %d"
                .formatted(
                    image.id(), Arrays.toString(permutation), raters.length, raters.length - 1));
      }
    }
    return permutations;
  }
}
