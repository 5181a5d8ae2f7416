package org.neuralharmonizer.alignment;

import java.util.Objects;

/**
 * The best agreement with people that people themselves reach, and how it was estimated. Alignment
 * divided by it says how much of the reachable is reached. A ceiling belongs to its images, its
 * raters, its preparation of maps and its measure; used elsewhere it makes normalized scores
 * meaningless.
 *
 * @param value above 0 and at most 1
 * @param estimate how it was estimated
 * @param measure {@link AlignmentMeasure#name} of the measure
 * @param source settings or publication, in words
 */
public record InterRaterCeiling(double value, Estimate estimate, String measure, String source) {
  private static final double CLICK_ME = 0.65753;

  public InterRaterCeiling {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "inter-rater ceiling: must be above 0 and at most 1, is %s (%s) — raters do not agree, or"
                  .formatted(value, source)
              + " nothing was defined; nothing can be normalized by it");
    }
    Objects.requireNonNull(estimate, "estimate");
    Objects.requireNonNull(measure, "measure");
    Objects.requireNonNull(source, "source");
  }

  /** How a ceiling was estimated. */
  public enum Estimate {
    /** Taken from a publication. */
    PUBLISHED,
    /** Half the raters against the other half: the reliability of half as many raters, too low. */
    SPLIT_HALF,
    /** Half against half, corrected to all raters by Spearman and Brown. */
    SPLIT_HALF_SPEARMAN_BROWN,
    /** One rater against the mean of the others: what a single person reaches. */
    LEAVE_ONE_OUT
  }

  /**
   * The constant of the released code, 0.65753: Spearman, split-half over 1000 splits without
   * correction, ClickMe validation images blurred as released. Valid for those maps only.
   *
   * @see <a href="https://github.com/serre-lab/Harmonization">serre-lab/Harmonization 0.0.9,
   *     evaluation/clickme.py</a>
   */
  public static InterRaterCeiling publishedForClickMe() {
    return published(
        CLICK_ME, "serre-lab/Harmonization 0.0.9, ClickMe validation, half against half");
  }

  /** A Spearman ceiling from a publication, to be named. */
  public static InterRaterCeiling published(double value, String source) {
    return spearman(value, Estimate.PUBLISHED, source);
  }

  /** The mean split-half reliability, as the published ceiling was estimated. */
  public static InterRaterCeiling splitHalf(SplitHalfReliability.Result result) {
    return spearman(result.mean(), Estimate.SPLIT_HALF, result.settings());
  }

  /** The mean split-half reliability after Spearman and Brown's correction to all raters. */
  public static InterRaterCeiling splitHalfSpearmanBrown(SplitHalfReliability.Result result) {
    return spearman(result.spearmanBrown(), Estimate.SPLIT_HALF_SPEARMAN_BROWN, result.settings());
  }

  /** The mean agreement of one rater with the others. */
  public static InterRaterCeiling leaveOneOut(LeaveOneOutReliability.Result result) {
    return spearman(result.mean(), Estimate.LEAVE_ONE_OUT, result.settings());
  }

  /** A raw score as a share of this ceiling; above 1 where a model beats it. */
  public double normalize(double rawScore) {
    return rawScore / value;
  }

  private static InterRaterCeiling spearman(double value, Estimate estimate, String source) {
    return new InterRaterCeiling(value, estimate, AlignmentMeasure.spearman().name(), source);
  }
}
