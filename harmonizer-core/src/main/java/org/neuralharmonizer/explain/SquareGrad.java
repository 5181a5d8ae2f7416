package org.neuralharmonizer.explain;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Model;

/**
 * The mean of the squared gradients at noisy copies of the image, reduced over channels: the
 * variance of {@link VarGrad} plus the square of {@link SmoothGrad}'s mean.
 *
 * @see <a href="https://arxiv.org/abs/1806.10758">Hooker, Erhan, Kindermans, Kim: A benchmark for
 *     interpretability methods in deep neural networks</a>
 */
public record SquareGrad(NoiseSampling sampling, ChannelReduction reduction, ClassScore score)
    implements ExplanationFunctional {

  /** Of the logit. */
  public static SquareGrad of(NoiseSampling sampling, ChannelReduction reduction) {
    return new SquareGrad(sampling, reduction, ClassScore.LOGIT);
  }

  public SquareGrad withScore(ClassScore other) {
    return new SquareGrad(sampling, reduction, other);
  }

  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    List<Expr> gradients = sampling.gradients(score, model, images, labels);
    List<Expr> squares = gradients.stream().map(Expr::squared).toList();
    return reduction.reduce(sampling.mean(squares));
  }
}
