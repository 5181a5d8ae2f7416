package org.neuralharmonizer.alignment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.neuralharmonizer.alignment.TradeOffFrontier.Model;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * How accuracy and human alignment go together over many models.
 *
 * @param models how many
 * @param correlation Spearman's; empty where it is undefined
 * @param lower of the 95 % percentile interval over resampled models; NaN where undefined
 * @param upper of that interval
 * @param undefinedResamples resamples without a correlation, left out of the interval
 * @param changepoint where the trend breaks, if there are enough models to say so
 */
public record TradeOffTrend(
    int models,
    OptionalDouble correlation,
    double lower,
    double upper,
    int undefinedResamples,
    Optional<Changepoint> changepoint) {
  private static final int RESAMPLES = 1000;
  private static final int FEWEST_FOR_INTERVAL = 3;

  /** The trend over some models; the seed draws the resamples. */
  public static TradeOffTrend of(List<Model> models, long seed) {
    OptionalDouble correlation = correlation(models);
    List<Double> resampled = new ArrayList<>();
    int undefined = 0;
    if (models.size() >= FEWEST_FOR_INTERVAL && correlation.isPresent()) {
      SeededRandom random = SeededRandom.of(seed);
      for (int resample = 0; resample < RESAMPLES; resample++) {
        OptionalDouble value = correlation(drawn(models, random.stream(resample)));
        value.ifPresent(resampled::add);
        undefined += value.isPresent() ? 0 : 1;
      }
    }
    double[] sample = resampled.stream().mapToDouble(Double::doubleValue).toArray();
    return new TradeOffTrend(
        models.size(),
        correlation,
        Percentiles.of(sample, 2.5),
        Percentiles.of(sample, 97.5),
        undefined,
        Changepoint.of(models));
  }

  /**
   * The front as the paper draws it: the upper hull, the models that no straight line between two
   * others passes above, from the highest to the right. It contains no more models than the Pareto
   * front and hides those in its dents.
   */
  public static List<Model> hull(List<Model> models) {
    List<Model> hull = new ArrayList<>();
    for (Model model :
        TradeOffFrontier.of(models).frontier().stream()
            .sorted(Comparator.comparingDouble(Model::accuracy))
            .toList()) {
      while (hull.size() > 1 && !turnsDown(hull, model)) {
        hull.remove(hull.size() - 1);
      }
      hull.add(model);
    }
    return hull;
  }

  /** Whether the last model of a hull lies on or above the line from the one before to the next. */
  private static boolean turnsDown(List<Model> hull, Model next) {
    Model before = hull.get(hull.size() - 2);
    Model last = hull.get(hull.size() - 1);
    double rise = (last.alignment() - before.alignment()) * (next.accuracy() - before.accuracy());
    double line = (next.alignment() - before.alignment()) * (last.accuracy() - before.accuracy());
    return rise >= line;
  }

  private static OptionalDouble correlation(List<Model> models) {
    return SpearmanCorrelation.between(
        models.stream().mapToDouble(Model::accuracy).toArray(),
        models.stream().mapToDouble(Model::alignment).toArray());
  }

  private static List<Model> drawn(List<Model> models, SeededRandom random) {
    List<Model> drawn = new ArrayList<>(models.size());
    for (int i = 0; i < models.size(); i++) {
      drawn.add(models.get(random.nextInt(models.size())));
    }
    return drawn;
  }
}
