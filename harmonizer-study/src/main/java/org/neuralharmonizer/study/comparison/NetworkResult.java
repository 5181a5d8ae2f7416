package org.neuralharmonizer.study.comparison;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
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

  /** The images with a given label and a human map, by label. */
  public SortedMap<Integer, List<ImageScores>> byClass() {
    return images.stream()
        .filter(image -> image.label() >= 0 && image.mapped())
        .collect(Collectors.groupingBy(ImageScores::label, TreeMap::new, Collectors.toList()));
  }

  /**
   * How far the mean Spearman correlation would move, on average, with other raters on the same
   * images: those of different images are independent, so it is the root of the sum of the squared
   * deviations over the number of images. NaN if they are not known of every image with a score.
   */
  public double raterError() {
    double[] deviations =
        images.stream()
            .filter(image -> !Double.isNaN(image.score(Measure.SPEARMAN)))
            .mapToDouble(ImageScores::raterDeviation)
            .toArray();
    double squares = Arrays.stream(deviations).map(each -> each * each).sum();
    return deviations.length == 0 ? Double.NaN : Math.sqrt(squares) / deviations.length;
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
