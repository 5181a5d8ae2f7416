package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * Gradient-weighted class activation: the positive part of the sum of a layer's channels, each
 * weighted by the score's gradient averaged over its pixels, resized to the image. The map has no
 * channels to reduce and is never negative; where all evidence is against the class it is 0, and
 * within a loss so is its gradient.
 *
 * <p>Tokens of a transformer count as pixels, without the class token. If only the class token
 * reaches the logits, the last block's output has no gradient elsewhere; name what goes into its
 * attention.
 *
 * @param layer the path of a named layer, such as {@code "relu6"}; usually the last with pixels
 * @see <a href="https://arxiv.org/abs/1610.02391">Selvaraju, Cogswell, Das, Vedantam, Parikh,
 *     Batra: Grad-CAM</a>
 */
public record GradCam(String layer, ClassScore score) implements ExplanationFunctional {

  /** Of the logit. */
  public static GradCam of(String layer) {
    return new GradCam(layer, ClassScore.LOGIT);
  }

  public GradCam withScore(ClassScore other) {
    return new GradCam(layer, other);
  }

  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    LayerMaps at = LayerMaps.of("grad-cam", layer, score, model, images, labels);
    return at.map(at.gradient().meanKeeping(2, 3), images.shape());
  }
}
