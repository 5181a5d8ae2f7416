package org.neuralharmonizer.train;

import org.neuralharmonizer.nn.Mode;

/**
 * How a training step is made.
 *
 * @param optimizer the rule by which parameters follow their gradients
 * @param accumulation the batch and its parts
 * @param mode whether batch-norm uses the batch's statistics and dropout drops
 * @param balance how the map loss is weighed
 * @param clipping the greatest norm of the whole gradient, infinite for none
 */
record StepSettings(
    Optimizer optimizer,
    Accumulation accumulation,
    Mode mode,
    GradientBalance balance,
    double clipping) {}
