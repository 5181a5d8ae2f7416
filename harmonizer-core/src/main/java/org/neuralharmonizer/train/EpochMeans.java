package org.neuralharmonizer.train;

/** Sums over the steps of an epoch. */
final class EpochMeans {
  private final long start = System.nanoTime();
  private double total;
  private double crossEntropy;
  private double harmonization;
  private double weightDecay;
  private double explanationDeviation;
  private long right;
  private long steps;

  /** Those that computed explanations. */
  private long mapSteps;

  private long images;

  void add(TrainStep.Outcome outcome, int batch) {
    total += outcome.losses().total();
    crossEntropy += outcome.losses().crossEntropy();
    harmonization += outcome.losses().harmonization();
    weightDecay += outcome.losses().weightDecay();
    if (!Double.isNaN(outcome.explanationDeviation())) {
      explanationDeviation += outcome.explanationDeviation();
      mapSteps++;
    }
    right += outcome.right();
    steps++;
    images += batch;
  }

  TrainingListener.Epoch report(int number, int of) {
    // Without any such step the deviation is NaN and the map loss 0, as in the steps.
    TrainingListener.Losses means =
        new TrainingListener.Losses(
            total / steps,
            crossEntropy / steps,
            harmonization / Math.max(1, mapSteps),
            weightDecay / steps);
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new TrainingListener.Epoch(
        number, of, means, (double) right / images, seconds, explanationDeviation / mapSteps);
  }
}
