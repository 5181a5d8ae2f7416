package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * The gradient of the class score by the image times the image, reduced over channels. Of a
 * piecewise linear model without biases, the signed values of an image sum to its score. The image
 * is the network's input, so the map depends on how pixels were normalised.
 *
 * @see <a href="https://arxiv.org/abs/1605.01713">Shrikumar, Greenside, Shcherbina, Kundaje: Not
 *     just a black box</a>
 */
public record InputTimesGradient(ChannelReduction reduction, ClassScore score)
    implements ExplanationFunctional {

  /** Of the logit. */
  public static InputTimesGradient of(ChannelReduction reduction) {
    return new InputTimesGradient(reduction, ClassScore.LOGIT);
  }

  public InputTimesGradient withScore(ClassScore other) {
    return new InputTimesGradient(reduction, other);
  }

  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    return reduction.reduce(images.times(Saliency.gradient(score, model, images, labels)));
  }
}
