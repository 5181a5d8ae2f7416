package org.neuralharmonizer.explain;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * The mean of the gradients at noisy copies of the image, reduced over channels: in the limit of
 * many copies the gradient of the score smoothed by a Gaussian.
 *
 * @see <a href="https://arxiv.org/abs/1706.03825">Smilkov, Thorat, Kim, Viégas, Wattenberg:
 *     SmoothGrad</a>
 */
public record SmoothGrad(NoiseSampling sampling, ChannelReduction reduction, ClassScore score)
    implements ExplanationFunctional {

  /** Of the logit. */
  public static SmoothGrad of(NoiseSampling sampling, ChannelReduction reduction) {
    return new SmoothGrad(sampling, reduction, ClassScore.LOGIT);
  }

  public SmoothGrad withScore(ClassScore other) {
    return new SmoothGrad(sampling, reduction, other);
  }

  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    List<Expr> gradients = sampling.gradients(score, model, images, labels);
    return reduction.reduce(sampling.mean(gradients));
  }
}
