package org.neuralharmonizer.alignment;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * The uncertainty of a mean alignment where people's maps are known one by one: resampling raters
 * within every image, images, or both. Resampling raters answers "other people, the same images";
 * both answer "other people, other images". A resampled map of people is the mean of the raters
 * drawn, with repetition, and is noisier than the mean of all: intervals over raters lie below the
 * mean, the more the fewer raters there are.
 *
 * <p>Immutable; the same seed gives the same resamples.
 */
public final class RaterUncertainty {
  private static final int DEFAULT_RESAMPLES = 200;
  private static final double LEVEL = 0.95;

  private final AlignmentMeasure measure;
  private final Resampled resampled;
  private final int resamples;
  private final long seed;

  private RaterUncertainty(
      AlignmentMeasure measure, Resampled resampled, int resamples, long seed) {
    this.measure = measure;
    this.resampled = resampled;
    this.resamples = resamples;
    this.seed = seed;
  }

  /** What is drawn again with replacement. */
  public enum Resampled {
    IMAGES,
    RATERS,
    IMAGES_AND_RATERS
  }

  /**
   * An interval and what was left out of it.
   *
   * @param interval around the mean of the images whose score with all raters is defined
   * @param undefined scores that were undefined, of all images in all resamples
   */
  public record Result(BootstrapInterval interval, int undefined) {}

  /** 200 resamples by a seed. */
  public static RaterUncertainty seeded(AlignmentMeasure measure, Resampled resampled, long seed) {
    return new RaterUncertainty(measure, resampled, DEFAULT_RESAMPLES, seed);
  }

  /** The same with another number of resamples, at least 2. */
  public RaterUncertainty withResamples(int count) {
    if (count < 2) {
      throw new IllegalArgumentException(
          "rater uncertainty: " + count + " resamples — need at least 2");
    }
    return new RaterUncertainty(measure, resampled, count, seed);
  }

  /**
   * The mean alignment of predicted maps with those of raters.
   *
   * @throws IllegalArgumentException if the lists differ in length or are empty, or maps in size
   */
  public Result of(List<ImportanceMap> predicted, List<RaterMaps> human) {
    if (predicted.size() != human.size() || human.isEmpty()) {
      throw new IllegalArgumentException(
          "rater uncertainty: %d predicted maps for %d images — must be equal and at least 1"
              .formatted(predicted.size(), human.size()));
    }
    double[] own = new double[human.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = score(predicted.get(i), human.get(i).mean());
    }
    SeededRandom random = SeededRandom.of(seed);
    List<Double> means = new ArrayList<>();
    int undefined = 0;
    for (int resample = 0; resample < resamples; resample++) {
      SeededRandom stream = random.stream(resample);
      double sum = 0;
      int defined = 0;
      for (int i = 0; i < own.length; i++) {
        int image = resampled == Resampled.RATERS ? i : stream.nextInt(own.length);
        double score =
            resampled == Resampled.IMAGES
                ? own[image]
                : score(predicted.get(image), drawn(human.get(image), stream));
        if (Double.isNaN(score)) {
          undefined++;
        } else {
          sum += score;
          defined++;
        }
      }
      if (defined > 0) {
        means.add(sum / defined);
      }
    }
    return new Result(interval(own, means), undefined);
  }

  private double score(ImportanceMap predicted, ImportanceMap human) {
    return measure.score(predicted, human).orElse(Double.NaN);
  }

  private static ImportanceMap drawn(RaterMaps image, SeededRandom random) {
    int[] raters = new int[image.raters()];
    for (int i = 0; i < raters.length; i++) {
      raters[i] = random.nextInt(raters.length);
    }
    return image.mean(raters);
  }

  private BootstrapInterval interval(double[] scores, List<Double> resampledMeans) {
    double[] means = resampledMeans.stream().mapToDouble(Double::doubleValue).toArray();
    double mean = UndefinedPolicy.EXCLUDE_AND_COUNT.mean(scores, String::valueOf);
    return Percentiles.interval(mean, means, LEVEL, resamples, resampled + ", seed " + seed);
  }
}
