package org.neuralharmonizer.psychophysics;

import org.neuralharmonizer.tensor.Tensor;

/**
 * How a network that tells many classes apart decides between a few categories.
 *
 * <p>The two sums favour the category with more classes: with 398 classes of animals and 602 of
 * objects, a network that knows nothing answers "object" by either. The sum of logits also changes
 * when all logits move by one amount, which changes no probability; the means do not, nor does the
 * class of the highest.
 */
public enum Readout {
  /** The category of the class of the highest logit, the first of equals. */
  HIGHEST {
    @Override
    double[] scores(double[] logits, Categories categories) {
      double[] scores = new double[categories.names().size()];
      int best = 0;
      for (int i = 1; i < logits.length; i++) {
        best = logits[i] > logits[best] ? i : best;
      }
      scores[categories.position(best)] = 1;
      return scores;
    }
  },
  /** The greatest sum of logits. */
  SUMMED_LOGITS {
    @Override
    double[] scores(double[] logits, Categories categories) {
      return sums(logits, categories);
    }
  },
  /** The greatest mean of logits. */
  MEAN_LOGITS {
    @Override
    double[] scores(double[] logits, Categories categories) {
      return means(logits, categories);
    }
  },
  /** The greatest sum of probabilities, which is the probability of the category. */
  SUMMED_PROBABILITIES {
    @Override
    double[] scores(double[] logits, Categories categories) {
      return sums(probabilities(logits), categories);
    }
  },
  /** The greatest mean of probabilities. */
  MEAN_PROBABILITIES {
    @Override
    double[] scores(double[] logits, Categories categories) {
      return means(probabilities(logits), categories);
    }
  };

  /** What is greatest for the category that is answered. */
  abstract double[] scores(double[] logits, Categories categories);

  /**
   * The category answered, the first of equals.
   *
   * @param logits K
   * @throws IllegalArgumentException if there are not as many logits as classes, or one is NaN
   */
  public String decide(Tensor logits, Categories categories) {
    if (logits.size() != categories.classes()) {
      throw new IllegalArgumentException(
          "decision: %d logits for categories of %d classes — give categories of the network's own classes"
              .formatted(logits.size(), categories.classes()));
    }
    double[] values = new double[logits.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = logits.value(i);
      if (Double.isNaN(values[i])) {
        throw new IllegalArgumentException(
            "decision: logit %d is NaN — the network cannot decide".formatted(i));
      }
    }
    double[] scores = scores(values, categories);
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return categories.names().get(best);
  }

  private static double[] sums(double[] values, Categories categories) {
    double[] sums = new double[categories.names().size()];
    for (int i = 0; i < values.length; i++) {
      sums[categories.position(i)] += values[i];
    }
    return sums;
  }

  private static double[] means(double[] values, Categories categories) {
    double[] means = sums(values, categories);
    int[] counts = new int[means.length];
    for (int i = 0; i < values.length; i++) {
      counts[categories.position(i)]++;
    }
    for (int i = 0; i < means.length; i++) {
      means[i] /= counts[i];
    }
    return means;
  }

  private static double[] probabilities(double[] logits) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      highest = Math.max(highest, logit);
    }
    double sum = 0;
    double[] shares = new double[logits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i] - highest);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }
}
