package org.neuralharmonizer.explain;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Model;

/**
 * The gradient of the score averaged along the straight path from a baseline to the image, times
 * the way between them, reduced over channels. The average is the trapezoidal rule over equal
 * steps, both ends included. Signed values before the reduction sum to the score's difference
 * between image and baseline (completeness), up to the rule's error.
 *
 * @param steps intervals of the path; the gradient is taken at one point more
 * @param maxBatch images at which the network is applied at once, unless a batch has more
 * @see <a href="https://arxiv.org/abs/1703.01365">Sundararajan, Taly, Yan: Axiomatic attribution
 *     for deep networks</a>
 */
public record IntegratedGradients(
    int steps, Baseline baseline, int maxBatch, ChannelReduction reduction, ClassScore score)
    implements ExplanationFunctional {
  private static final int WHOLE_BATCH = 1;

  public IntegratedGradients {
    Copies.positive("integrated gradients: steps", steps);
    Copies.positive("integrated gradients: maxBatch", maxBatch);
  }

  /** From a baseline of zeros, of the logit, one point of the path at a time. */
  public static IntegratedGradients of(int steps, ChannelReduction reduction) {
    return new IntegratedGradients(
        steps, Baseline.constant(0), WHOLE_BATCH, reduction, ClassScore.LOGIT);
  }

  public IntegratedGradients withBaseline(Baseline other) {
    return new IntegratedGradients(steps, other, maxBatch, reduction, score);
  }

  public IntegratedGradients withMaxBatch(int other) {
    return new IntegratedGradients(steps, baseline, other, reduction, score);
  }

  public IntegratedGradients withScore(ClassScore other) {
    return new IntegratedGradients(steps, baseline, maxBatch, reduction, other);
  }

  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    return reduction.reduce(attribution(model, images, labels));
  }

  /** The attribution of every value, N × C × H × W, before the reduction. */
  public Expr attribution(Model model, Expr images, Expr labels) {
    Expr from = baseline.of(images);
    Expr way = images.minus(from);
    List<Expr> gradients =
        Copies.gradients(
            score,
            model,
            images,
            labels,
            steps + 1,
            maxBatch,
            i -> from.plus(way.times((double) i / steps)));
    Expr all = gradients.stream().map(each -> each.sum(0)).reduce(Expr::plus).orElseThrow();
    Expr ends = first(gradients.get(0)).plus(last(gradients.get(gradients.size() - 1)));
    return all.minus(ends.times(0.5)).times(1.0 / steps).times(way);
  }

  private static Expr first(Expr part) {
    return Functions.slice(part, 0, 0, 1).reshape(part.shape().inner());
  }

  private static Expr last(Expr part) {
    int size = part.shape().extent(0);
    return Functions.slice(part, 0, size - 1, size).reshape(part.shape().inner());
  }
}
