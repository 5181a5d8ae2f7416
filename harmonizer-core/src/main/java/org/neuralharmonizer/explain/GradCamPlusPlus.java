package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Model;

/**
 * Like {@link GradCam}, but each channel's weight is Σ α · max(g, 0) over its pixels, with g the
 * gradient of the score s and α = g² / (2 g² + g³ Σ A), A the channel's activation: the closed form
 * for exp(s) where s is linear in the layer. The common factor exp(s) is left out, so a map is the
 * published one up to its scale. Where g is 0, α is taken as 0.
 *
 * @param layer the path of a named layer; usually the last with pixels, after its ReLU
 * @see <a href="https://doi.org/10.1109/WACV.2018.00097">Chattopadhay, Sarkar, Howlader,
 *     Balasubramanian: Grad-CAM++</a>
 */
public record GradCamPlusPlus(String layer, ClassScore score) implements ExplanationFunctional {

  /** Of the logit. */
  public static GradCamPlusPlus of(String layer) {
    return new GradCamPlusPlus(layer, ClassScore.LOGIT);
  }

  public GradCamPlusPlus withScore(ClassScore other) {
    return new GradCamPlusPlus(layer, other);
  }

  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    LayerMaps at = LayerMaps.of("grad-cam++", layer, score, model, images, labels);
    // g² is cancelled, so that small gradients do not underflow.
    Expr denominator = at.gradient().times(at.activation().sumKeeping(2, 3)).plus(2);
    Expr nonzero = Functions.absolute(denominator).step();
    Expr one = Expr.filled(denominator.shape(), 1);
    Expr alpha = Functions.select(nonzero, denominator, one).reciprocal();
    Expr weights = alpha.times(Functions.relu(at.gradient())).sumKeeping(2, 3);
    return at.map(weights, images.shape());
  }
}
