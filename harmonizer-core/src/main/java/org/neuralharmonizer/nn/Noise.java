package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A random mask that a network needs at every training step.
 *
 * @param keepProbability the chance that an element is kept, in (0, 1]
 * @param leaf the input expression that stands for the mask
 */
public record Noise(String path, Shape shape, double keepProbability, Expr leaf) {

  /**
   * A mask: 1 / keepProbability where kept, else 0, so that its expectation is 1. It depends on the
   * generator's seed and on the path, not on what else was drawn.
   */
  public Tensor draw(SeededRandom random) {
    SeededRandom own = random.stream(Paths.key(path));
    return Tensor.generate(
        shape, i -> own.nextDouble() < keepProbability ? 1 / keepProbability : 0);
  }
}
