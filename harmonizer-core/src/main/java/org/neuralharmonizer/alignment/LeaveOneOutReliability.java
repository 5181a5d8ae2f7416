package org.neuralharmonizer.alignment;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.RaterMaps;

/**
 * How well a single rater agrees with the others: Spearman's correlation between the map of one and
 * the mean map of the rest, once for every rater. A rater who marked nothing has an undefined
 * score. Immutable.
 */
public final class LeaveOneOutReliability {
  private final MapPreparation preparation;
  private final UndefinedPolicy policy;

  private LeaveOneOutReliability(MapPreparation preparation, UndefinedPolicy policy) {
    this.preparation = preparation;
    this.policy = policy;
  }

  /**
   * The result of a study.
   *
   * @param images per image, in the order given, with one score per rater
   * @param mean the mean over images of their means over raters; NaN if none is defined
   * @param undefinedImages images without any defined score
   * @param undefinedScores undefined scores in all images
   * @param policy what was done with undefined scores
   * @param settings the preparation, in words
   */
  public record Result(
      List<ImageReliability> images,
      double mean,
      int undefinedImages,
      int undefinedScores,
      UndefinedPolicy policy,
      String settings) {}

  /** Maps as they are, raters without a defined score excluded and counted. */
  public static LeaveOneOutReliability standard() {
    return new LeaveOneOutReliability(MapPreparation.none(), UndefinedPolicy.EXCLUDE_AND_COUNT);
  }

  /** The same with both maps prepared, such as blurred, before they are ranked. */
  public LeaveOneOutReliability withPreparation(MapPreparation step) {
    return new LeaveOneOutReliability(Objects.requireNonNull(step, "step"), policy);
  }

  /** The same with another policy for raters whose map is constant. */
  public LeaveOneOutReliability withPolicy(UndefinedPolicy newPolicy) {
    return new LeaveOneOutReliability(preparation, Objects.requireNonNull(newPolicy, "newPolicy"));
  }

  /**
   * The agreement of single raters with the others.
   *
   * @throws IllegalArgumentException if there is no image or one has fewer than 2 raters
   */
  public Result of(List<RaterMaps> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("leave-one-out: no images — give at least one");
    }
    List<ImageReliability> each = images.stream().map(this::of).toList();
    return new Result(
        each,
        policy.mean(
            each.stream().mapToDouble(ImageReliability::meanOrNaN).toArray(),
            i -> "reliability of \"" + each.get(i).id() + "\""),
        (int) each.stream().filter(image -> image.mean().isEmpty()).count(),
        each.stream().mapToInt(ImageReliability::undefined).sum(),
        policy,
        "maps " + preparation.description());
  }

  private ImageReliability of(RaterMaps image) {
    if (image.raters() < 2) {
      throw new IllegalArgumentException(
          "leave-one-out \"%s\": needs at least 2 raters, has %d — leave the image out"
              .formatted(image.id(), image.raters()));
    }
    MeanRanks ranks = new MeanRanks(image, MeanRanks.maps(image), preparation);
    CentredRanks single = new CentredRanks();
    CentredRanks rest = new CentredRanks();
    double[] scores = new double[image.raters()];
    for (int rater = 0; rater < scores.length; rater++) {
      ranks.rank(new int[] {rater}, single);
      ranks.rank(others(rater, scores.length), rest);
      scores[rater] = CentredRanks.correlation(single, rest);
    }
    return new ImageReliability(image.id(), image.raters(), scores, policy, "rater");
  }

  private static int[] others(int rater, int raters) {
    return IntStream.range(0, raters).filter(other -> other != rater).toArray();
  }
}
