package org.neuralharmonizer.alignment;

import java.util.OptionalDouble;

/** The agreement among the raters of one image: one score per split or per rater. Immutable. */
public final class ImageReliability {
  private final String id;
  private final int raters;
  private final double[] scores;
  private final double mean;

  /** Takes over the scores, NaN where undefined; {@code unit} names one, such as "split". */
  ImageReliability(String id, int raters, double[] scores, UndefinedPolicy policy, String unit) {
    this.id = id;
    this.raters = raters;
    this.scores = scores;
    this.mean = policy.mean(scores, i -> "reliability of \"" + id + "\", " + unit + " " + i);
  }

  /**
   * Of scores that were computed in parts; those that are undefined are left out and counted.
   *
   * @param scores of all parts in order, NaN where undefined
   */
  public static ImageReliability of(String id, int raters, double... scores) {
    return new ImageReliability(
        id, raters, scores.clone(), UndefinedPolicy.EXCLUDE_AND_COUNT, "score");
  }

  /** The image. */
  public String id() {
    return id;
  }

  /** How many people rated it. */
  public int raters() {
    return raters;
  }

  /** How many scores there are, undefined ones included. */
  public int size() {
    return scores.length;
  }

  /** One score, empty where a map was constant. */
  public OptionalDouble score(int position) {
    return SpearmanCorrelation.optional(scores[position]);
  }

  /** How many scores are undefined. */
  public int undefined() {
    return UndefinedPolicy.countUndefined(scores);
  }

  /** The mean score under the policy of the study; empty if no score is defined. */
  public OptionalDouble mean() {
    return SpearmanCorrelation.optional(mean);
  }

  double meanOrNaN() {
    return mean;
  }

  @Override
  public String toString() {
    return "\"%s\": %s, %d raters, %d scores, %d undefined"
        .formatted(id, mean, raters, size(), undefined());
  }
}
