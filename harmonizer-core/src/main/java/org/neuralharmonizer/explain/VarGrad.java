package org.neuralharmonizer.explain;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * The variance (divisor n) of the gradients at noisy copies of the image, reduced over channels. It
 * is 0 where the score is linear over the reach of the noise, with a single copy everywhere.
 *
 * @see <a href="https://arxiv.org/abs/1810.03292">Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim:
 *     Sanity checks for saliency maps</a>
 */
public record VarGrad(NoiseSampling sampling, ChannelReduction reduction, ClassScore score)
    implements ExplanationFunctional {

  /** Of the logit. */
  public static VarGrad of(NoiseSampling sampling, ChannelReduction reduction) {
    return new VarGrad(sampling, reduction, ClassScore.LOGIT);
  }

  public VarGrad withScore(ClassScore other) {
    return new VarGrad(sampling, reduction, other);
  }

  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    List<Expr> gradients = sampling.gradients(score, model, images, labels);
    Expr mean = sampling.mean(gradients);
    List<Expr> squares = gradients.stream().map(each -> each.minus(mean).squared()).toList();
    return reduction.reduce(sampling.mean(squares));
  }
}
