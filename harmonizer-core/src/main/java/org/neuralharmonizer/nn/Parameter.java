package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;

/**
 * A declared parameter or running statistic.
 *
 * @param path names joined by '.', as PyTorch writes them, such as {@code layer1.0.conv1.weight}
 * @param leaf the input expression that stands for its value
 */
public record Parameter(
    String path, Shape shape, ParameterRole role, Initializer initializer, Expr leaf) {

  /** Whether training learns it, as opposed to recording it. */
  public boolean trainable() {
    return role != ParameterRole.STATISTIC;
  }
}
