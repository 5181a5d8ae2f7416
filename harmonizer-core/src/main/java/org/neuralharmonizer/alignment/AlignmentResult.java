package org.neuralharmonizer.alignment;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Human alignment, with everything needed to read it: which measure, what was done with undefined
 * scores and how many there were, which ceiling from where, and the bootstrap's settings.
 *
 * @param images per image with a human map, in the order given
 * @param interval the raw mean with its uncertainty over images
 * @param undefined how many images have no defined score
 * @param unmapped how many images of the data set have no human map and were left out
 * @param measure the name of the measure
 * @param ceiling what the mean is normalized by, if anything
 * @param policy what was done with undefined scores
 */
public record AlignmentResult(
    List<ImageScore> images,
    BootstrapInterval interval,
    int undefined,
    int unmapped,
    String measure,
    Optional<InterRaterCeiling> ceiling,
    UndefinedPolicy policy) {

  public AlignmentResult {
    images = List.copyOf(images);
  }

  /**
   * The score of one image.
   *
   * @param id the image
   * @param score empty where the measure is undefined
   */
  public record ImageScore(String id, OptionalDouble score) {}

  /** The raw mean score; NaN if no score is defined. */
  public double mean() {
    return interval.mean();
  }

  /** The bootstrap standard error of the raw mean. */
  public double standardError() {
    return interval.standardError();
  }

  /** The mean as a share of the ceiling, if there is a ceiling. */
  public OptionalDouble normalized() {
    return ceiling.isPresent()
        ? OptionalDouble.of(ceiling.get().normalize(mean()))
        : OptionalDouble.empty();
  }

  /** The standard error as a share of the ceiling, which is taken as exact, if there is one. */
  public OptionalDouble normalizedStandardError() {
    return ceiling.isPresent()
        ? OptionalDouble.of(ceiling.get().normalize(standardError()))
        : OptionalDouble.empty();
  }
}
