package org.neuralharmonizer.study.comparison;

import java.util.EnumMap;
import java.util.Map;
import org.neuralharmonizer.data.ImportanceMap;

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
    String id, int label, int predicted, Map<Measure, Double> scores, double raterDeviation) {
  public ImageScores {
    scores = Map.copyOf(scores);
  }

  /** An image whose raters are not known. */
  ImageScores(String id, int label, int predicted, Map<Measure, Double> scores) {
    this(id, label, predicted, scores, Double.NaN);
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
