package org.neuralharmonizer.study.comparison;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.RaterUncertainty;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * One image as a network sees it.
 *
 * @param id the image
 * @param label the class explained, −1 where none is known
 * @param predicted the class predicted, −1 where none is known
 * @param scores by measure, NaN where undefined; empty for an image without a human map
 * @param raterDeviation how far the Spearman correlation lies from its mean, on average, when the
 *     raters are drawn anew; NaN where their maps are not known one by one
 */
public record ImageScores(
    String id, int label, int predicted, Map<Measure, Double> scores, double raterDeviation)
    implements Serializable {
  /** A standard deviation of so many is known to 7 %. */
  private static final int RATER_DRAWS = 100;

  public ImageScores {
    scores = Map.copyOf(scores);
  }

  /** An image whose raters are not known. */
  ImageScores(String id, int label, int predicted, Map<Measure, Double> scores) {
    this(id, label, predicted, scores, Double.NaN);
  }

  /** The scores of a map of the i-th of some photographs. */
  static ImageScores of(
      ImportanceMap map, Photographs photographs, int i, int label, int predicted, long seed) {
    String id = photographs.ids().get(i);
    if (!photographs.hasMap(i)) {
      return new ImageScores(id, label, predicted, Map.of());
    }
    double deviation =
        photographs.raterMaps().stream()
            .filter(raters -> raters.id().equals(id) && raters.raters() > 1)
            .findFirst()
            .map(raters -> raterDeviation(map, raters, seed))
            .orElse(Double.NaN);
    Map<Measure, Double> scores = of(map, ImportanceMap.of(photographs.maps().slice(i)));
    return new ImageScores(id, label, predicted, scores, deviation);
  }

  /**
   * By draws of raters that depend on the seed and the image, and are the same for all networks.
   */
  private static double raterDeviation(ImportanceMap map, RaterMaps raters, long seed) {
    long own = SeededRandom.of(seed).stream(raters.id().hashCode()).nextLong();
    RaterMaps resized = raters.prepared(Resampling.BILINEAR.to(map.height(), map.width()));
    return RaterUncertainty.seeded(
            AlignmentMeasure.spearman(), RaterUncertainty.Resampled.RATERS, own)
        .withResamples(RATER_DRAWS)
        .of(List.of(map), List.of(resized))
        .interval()
        .standardError();
  }

  static Map<Measure, Double> of(ImportanceMap predicted, ImportanceMap human) {
    Map<Measure, Double> scores = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      scores.put(measure, measure.scorer().score(predicted, human).orElse(Double.NaN));
    }
    return scores;
  }

  /** Whether the image has a human map. */
  boolean mapped() {
    return !scores.isEmpty();
  }

  /** One score; NaN where undefined or not known. */
  public double score(Measure measure) {
    return scores.getOrDefault(measure, Double.NaN);
  }
}
