package org.neuralharmonizer.train;

import java.util.function.Supplier;
import org.neuralharmonizer.nn.Parameters;

/** Follows a training run; called on the thread that trains. */
public interface TrainingListener {

  /** After each step. */
  default void stepped(Step step) {}

  /** After each epoch, with the means of its steps. */
  default void epochEnded(Epoch epoch) {}

  /**
   * The same, with what the network has become, to validate or keep it.
   *
   * @param parameters copies the present values when asked
   */
  default void epochEnded(Epoch epoch, Supplier<Parameters> parameters) {
    epochEnded(epoch);
  }

  /**
   * One step.
   *
   * @param number steps done, this one included
   * @param of steps of the whole run
   * @param losses the terms of the objective
   * @param learningRate the rate used
   * @param explanationDeviation the standard deviation over the pixels of each explanation, before
   *     the change, as a mean over the batch; NaN where λ₁ is 0, because it is then not computed.
   *     Where it is not well above the ε of the standardization (1e-5 in the released code), as in
   *     saturated networks, the map loss vanishes and says nothing; 0 means that every explanation
   *     is constant
   * @param gradients the norms of the gradients, where {@link GradientBalance} asks for them
   */
  record Step(
      long number,
      long of,
      Losses losses,
      double learningRate,
      double explanationDeviation,
      Gradients gradients) {}

  /**
   * The gradient of the map loss beside that of the other terms; NaN where it is not measured.
   *
   * @param rest the Euclidean norm over all parameters of the gradient of cross-entropy and weight
   *     decay
   * @param maps that of the map loss, before λ₁
   * @param lambda1 by which the latter was multiplied in this step
   */
  record Gradients(double rest, double maps, double lambda1) {
    /** Not measured. */
    public static final Gradients UNKNOWN = new Gradients(Double.NaN, Double.NaN, Double.NaN);
  }

  /**
   * One epoch.
   *
   * @param number epochs done, this one included
   * @param of epochs of the whole run
   * @param losses means over the steps, in a resumed run those after the checkpoint
   * @param accuracy of the training images while they were learned from
   * @param seconds wall-clock time
   * @param explanationDeviation mean over the steps, see {@link Step}
   */
  record Epoch(
      int number,
      int of,
      Losses losses,
      double accuracy,
      double seconds,
      double explanationDeviation) {}

  /**
   * The terms of the objective: total = crossEntropy + λ₁ · harmonization + λ₂ · weightDecay, with
   * the objective's λ₁ even where gradients are balanced.
   *
   * @param harmonization before λ₁; 0 where λ₁ is 0, because it is then not computed
   * @param weightDecay before λ₂
   */
  record Losses(double total, double crossEntropy, double harmonization, double weightDecay) {}
}
