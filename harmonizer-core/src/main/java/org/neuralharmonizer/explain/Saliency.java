package org.neuralharmonizer.explain;

import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * The gradient of the class score by the image, ∇ₓ f(x), reduced over channels.
 *
 * <p>The gradient is taken of the sum of all images' scores. Where a model couples the images of a
 * batch, as batch norm does in training, cross terms are part of the map, as in the released code.
 *
 * @see <a href="https://arxiv.org/abs/1312.6034">Simonyan, Vedaldi, Zisserman: Deep inside
 *     convolutional networks</a>
 */
public record Saliency(ChannelReduction reduction, ClassScore score)
    implements ExplanationFunctional {

  /** Of the logit. */
  public static Saliency of(ChannelReduction reduction) {
    return new Saliency(reduction, ClassScore.LOGIT);
  }

  /** The map that the released code trains: signed mean over channels, of the logit. */
  public static Saliency asTrained() {
    return of(ChannelReduction.SIGNED_MEAN);
  }

  /**
   * The map that the released code evaluates: largest absolute value over channels, of the logit.
   */
  public static Saliency asEvaluated() {
    return of(ChannelReduction.MAX_ABSOLUTE);
  }

  public Saliency withScore(ClassScore other) {
    return new Saliency(reduction, other);
  }

  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    return reduction.reduce(gradient(score, model, images, labels));
  }

  /** The gradient of the score by the images, N × C × H × W. */
  static Expr gradient(ClassScore score, Model model, Expr images, Expr labels) {
    return Derivatives.grad(score.of(model.logits(images), labels).sum(), images);
  }
}
