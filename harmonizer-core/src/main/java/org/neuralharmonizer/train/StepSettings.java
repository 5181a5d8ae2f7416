package org.neuralharmonizer.train;

import org.neuralharmonizer.nn.Mode;

/**
 * How a training step is made.
 *
 * @param optimizer the rule by which parameters follow their gradients
 * @param accumulation the batch and its parts
 * @param mapped for how many images, the first of a batch, there are maps
 * @param mode whether batch-norm uses the batch's statistics and dropout drops
 * @param balance how the map loss is weighed
 * @param clipping the greatest norm of the whole gradient, infinite for none
 */
record StepSettings(
    Optimizer optimizer,
    Accumulation accumulation,
    int mapped,
    Mode mode,
    GradientBalance balance,
    double clipping) {

  StepSettings with(Accumulation other) {
    return new StepSettings(optimizer, other, mapped, mode, balance, clipping);
  }
}
