package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * g(f, x, y): from a model, images and labels to one importance map per image. The map is an
 * expression, so that a loss on it can be differentiated by the model's parameters.
 */
@FunctionalInterface
public interface ExplanationFunctional {

  /**
   * The maps N × H × W.
   *
   * @param model from images N × C × H × W to logits N × K; it may be applied any number of times,
   *     also to other images
   * @param images N × C × H × W
   * @param labels N × K, one-hot or soft: the weights of the classes in the score explained
   */
  Expr explain(Model model, Expr images, Expr labels);
}
