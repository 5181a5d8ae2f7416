package org.neuralharmonizer.study.comparison;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.alignment.UndefinedPolicy;

/**
 * One network of a study, image by image.
 *
 * @param name in the report
 * @param baseline the network it was harmonized from
 * @param givenAccuracy measured elsewhere
 * @param images all of them, in order
 */
public record NetworkResult(
    String name,
    Optional<String> baseline,
    OptionalDouble givenAccuracy,
    List<ImageScores> images) {
  public NetworkResult {
    images = List.copyOf(images);
  }

  /** Alignment by a measure over the images with a map, undefined scores left out and counted. */
  public AlignmentResult alignment(Measure measure, long seed) {
    List<AlignmentResult.ImageScore> scored =
        images.stream()
            .filter(ImageScores::mapped)
            .map(image -> new AlignmentResult.ImageScore(image.id(), score(image.score(measure))))
            .toList();
    double[] defined =
        scored.stream()
            .filter(image -> image.score().isPresent())
            .mapToDouble(image -> image.score().getAsDouble())
            .toArray();
    return new AlignmentResult(
        scored,
        Bootstrap.seeded(seed).ofMean(defined),
        scored.size() - defined.length,
        images.size() - scored.size(),
        measure.scorer().name(),
        Optional.empty(),
        UndefinedPolicy.EXCLUDE_AND_COUNT);
  }

  /**
   * Accuracy: as given, without an error; else over the images that have a given label and a
   * prediction, NaN if there are none.
   */
  public BootstrapInterval accuracy(long seed) {
    if (givenAccuracy.isPresent()) {
      double value = givenAccuracy.getAsDouble();
      return new BootstrapInterval(
          value, Double.NaN, Double.NaN, Double.NaN, 0.95, 0, "given in the list");
    }
    return Bootstrap.seeded(seed)
        .ofMean(
            images.stream()
                .filter(image -> image.label() >= 0 && image.predicted() >= 0)
                .mapToDouble(image -> image.label() == image.predicted() ? 1 : 0)
                .toArray());
  }

  private static OptionalDouble score(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
