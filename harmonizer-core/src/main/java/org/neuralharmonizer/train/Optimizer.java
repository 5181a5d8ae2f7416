package org.neuralharmonizer.train;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Parameter;

/** A rule by which parameters follow their gradients, as expressions of the training step. */
public interface Optimizer {

  /** Names of what the rule remembers for each parameter; each begins as zeros in its shape. */
  List<String> memory();

  /**
   * One step.
   *
   * @param parameter whose leaf is the present value
   * @param gradient the gradient of the loss
   * @param memory what is remembered, in the order of {@link #memory()}
   * @param progress how far training is
   */
  Change change(Parameter parameter, Expr gradient, List<Expr> memory, Progress progress);

  /** The rule and its settings, for provenance, such as {@code sgd(momentum 0.9, nesterov)}. */
  String description();

  /**
   * How far training is.
   *
   * @param learningRate a scalar
   * @param step the number of the step under way, from 1, a scalar
   */
  record Progress(Expr learningRate, Expr step) {}

  /** The next value of a parameter and of what is remembered for it. */
  record Change(Expr parameter, List<Expr> memory) {}
}
