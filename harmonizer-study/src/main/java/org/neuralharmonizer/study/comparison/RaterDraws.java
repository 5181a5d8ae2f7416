package org.neuralharmonizer.study.comparison;

import java.util.Arrays;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

/** How much a score depends on who the raters of an image happened to be. */
final class RaterDraws {
  /** A standard deviation of so many is known to 7 %. */
  private static final int DRAWS = 100;

  private RaterDraws() {}

  /**
   * The standard deviation of the Spearman correlation over means of raters drawn with replacement,
   * as many as there are. The draws depend on the seed and the image alone, so that all networks
   * meet the same. NaN if fewer than two draws have a correlation.
   *
   * @param predicted square
   */
  static double deviation(ImportanceMap predicted, RaterMaps raters, long seed) {
    SeededRandom random = SeededRandom.of(seed).stream(raters.id().hashCode());
    double[] scores = new double[DRAWS];
    int defined = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] drawn = new int[raters.raters()];
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = random.nextInt(drawn.length);
      }
      Tensor mean =
          Resampling.BILINEAR.resize(
              raters.mean(drawn).values(), predicted.height(), predicted.width());
      double score =
          AlignmentMeasure.spearman().score(predicted, ImportanceMap.of(mean)).orElse(Double.NaN);
      if (!Double.isNaN(score)) {
        scores[defined++] = score;
      }
    }
    double[] known = Arrays.copyOf(scores, defined);
    double mean = Arrays.stream(known).average().orElse(Double.NaN);
    double squares = Arrays.stream(known).map(score -> (score - mean) * (score - mean)).sum();
    return defined < 2 ? Double.NaN : Math.sqrt(squares / (defined - 1));
  }
}
