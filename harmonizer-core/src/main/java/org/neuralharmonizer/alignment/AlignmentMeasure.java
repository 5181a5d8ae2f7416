package org.neuralharmonizer.alignment;

import java.util.OptionalDouble;
import org.neuralharmonizer.data.ImportanceMap;

/**
 * How well two maps of one image agree; greater is better. Symmetric or not, as the implementation
 * says. Implementations are immutable and safe to share between threads.
 *
 * <p>Maps of different sizes are refused. Maps are finite by their type. Where the measure has no
 * value, such as a correlation with a constant map, the score is empty: nothing stands in for it
 * until an {@link UndefinedPolicy} decides.
 */
public interface AlignmentMeasure {
  /** The score of a predicted map against a human map of the same size, or empty if undefined. */
  OptionalDouble score(ImportanceMap predicted, ImportanceMap human);

  /** A name that says the convention, for results. */
  String name();

  /** Spearman's rank correlation over all pixels, the measure of the published alignment. */
  static AlignmentMeasure spearman() {
    return SpearmanCorrelation.INSTANCE;
  }

  /** Dice's coefficient of the pixels above the 90th percentile, as in the released code. */
  static AlignmentMeasure dice() {
    return Dice.AS_RELEASED;
  }

  /** Intersection over union of the pixels above the 90th percentile, as in the released code. */
  static AlignmentMeasure intersectionOverUnion() {
    return IntersectionOverUnion.AS_RELEASED;
  }

  /** The area under intersection over union by threshold, {@link ThresholdArea}. */
  static AlignmentMeasure thresholdArea() {
    return ThresholdArea.AS_RELEASED;
  }

  /**
   * This measure after both maps were made smaller by a factor, by the mean over areas. Factors 1,
   * 4 and 16 tell agreement about pixels from agreement about regions.
   *
   * @throws IllegalArgumentException if the factor is below 1
   */
  default AlignmentMeasure coarser(int factor) {
    return new CoarseMeasure(this, factor);
  }
}
