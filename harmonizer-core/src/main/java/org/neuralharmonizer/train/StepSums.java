package org.neuralharmonizer.train;

import java.util.List;
import org.neuralharmonizer.tensor.Tensor;

/** Adds up what the parts of a batch report, in the order of {@link StepGraph}'s outputs. */
final class StepSums {
  private final int parts;
  private final int shares;
  private double total;
  private double crossEntropy;
  private double harmonization;
  private double weightDecay;
  private int right;
  private double deviation;
  private TrainingListener.Gradients gradients = TrainingListener.Gradients.UNKNOWN;

  /** Of a whole batch. */
  StepSums(int parts) {
    this(parts, 1);
  }

  /** Of one of some shares, where what is divided by the parts of the batch is divided by all. */
  StepSums(int parts, int shares) {
    this.parts = parts;
    this.shares = shares;
  }

  /**
   * One part.
   *
   * @param mapShare how much its map loss counts
   */
  void add(List<Tensor> results, double mapShare) {
    total += results.get(0).item() * shares;
    crossEntropy += results.get(1).item() / parts;
    harmonization += results.get(2).item() * mapShare * shares;
    weightDecay = results.get(3).item();
    right += (int) results.get(4).item();
    deviation += results.get(5).item() / parts;
    if (results.size() > 6) {
      // Those of the last part are those of the whole batch.
      gradients = gradients(results.subList(6, results.size()));
    }
  }

  static TrainingListener.Gradients gradients(List<Tensor> norms) {
    return new TrainingListener.Gradients(
        norms.get(0).item(), norms.get(1).item(), norms.get(2).item());
  }

  TrainStep.Outcome outcome() {
    return new TrainStep.Outcome(
        new TrainingListener.Losses(total, crossEntropy, harmonization, weightDecay),
        right,
        deviation,
        gradients);
  }
}
