package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * The gradient of the score with the derivative of every ReLU changed: back passes what is
 * positive, and only where the ReLU's input was positive; reduced over channels. Sharp, but it
 * depends on the class less than it seems: see {@link SanityChecks}.
 *
 * @see <a href="https://arxiv.org/abs/1412.6806">Springenberg, Dosovitskiy, Brox, Riedmiller:
 *     Striving for simplicity</a>
 */
public record GuidedBackpropagation(ChannelReduction reduction, ClassScore score)
    implements ExplanationFunctional {

  /** Of the logit. */
  public static GuidedBackpropagation of(ChannelReduction reduction) {
    return new GuidedBackpropagation(reduction, ClassScore.LOGIT);
  }

  public GuidedBackpropagation withScore(ClassScore other) {
    return new GuidedBackpropagation(reduction, other);
  }

  /**
   * The maps N × H × W.
   *
   * @throws IllegalArgumentException if the model has no ReLU
   */
  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    Expr sum = score.of(model.logits(images), labels).sum();
    return reduction.reduce(RectifierRule.GUIDED.gradient("guided backpropagation", sum, images));
  }
}
