package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * The gradient of the score with the derivative of every ReLU changed: back passes what is
 * positive, wherever the ReLU's input was; max-pools pass back to the place of the maximum; reduced
 * over channels.
 *
 * @see <a href="https://arxiv.org/abs/1311.2901">Zeiler, Fergus: Visualizing and understanding
 *     convolutional networks</a>
 */
public record DeconvNet(ChannelReduction reduction, ClassScore score)
    implements ExplanationFunctional {

  /** Of the logit. */
  public static DeconvNet of(ChannelReduction reduction) {
    return new DeconvNet(reduction, ClassScore.LOGIT);
  }

  public DeconvNet withScore(ClassScore other) {
    return new DeconvNet(reduction, other);
  }

  /**
   * The maps N × H × W.
   *
   * @throws IllegalArgumentException if the model has no ReLU
   */
  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    Expr sum = score.of(model.logits(images), labels).sum();
    return reduction.reduce(RectifierRule.DECONVOLUTION.gradient("deconvnet", sum, images));
  }
}
