package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A saliency map should look more like its own image's human map than like the others of its batch:
 * −log softmaxⱼ(ρᵢⱼ / τ) at j = i, with ρᵢⱼ the Pearson correlation of saliency i and human map j,
 * averaged over images with a map. Images without one are no candidates. What all people's maps
 * have in common, such as a centre bias, cancels.
 *
 * <p>It needs several mapped images in a batch: with one it is 0. A batch that is computed in parts
 * compares within each part only.
 *
 * @param temperature τ, positive; published values are between 0.05 and 0.5
 * @see <a href="https://arxiv.org/abs/1807.03748">van den Oord, Li, Vinyals: Representation
 *     learning with contrastive predictive coding, equation 4</a>
 */
public record ContrastiveLoss(double temperature) implements MapLoss {
  private static final double TEMPERATURE = 0.1;
  // Exp of it is 0 beside any correlation over a reasonable temperature, and it is far from
  // overflow.
  private static final double NO_CANDIDATE = -1e6;

  public ContrastiveLoss {
    MapPairs.positive("contrastive loss: the temperature", temperature);
  }

  /** With τ = 0.1. */
  public static ContrastiveLoss of() {
    return new ContrastiveLoss(TEMPERATURE);
  }

  @Override
  public Expr loss(Expr saliency, Expr human, Expr mapWeights) {
    MapPairs.check("contrastive loss", saliency, human, mapWeights);
    int n = saliency.shape().extent(0);
    Expr rows = MapPairs.rows(Standardization.unitScale().standardize(saliency));
    Expr columns = MapPairs.rows(Standardization.unitScale().standardize(human));
    Expr correlations = rows.matmulTransposed(columns).times(1.0 / rows.shape().extent(1));
    Shape square = correlations.shape();
    Expr candidates = mapWeights.step().reshape(1, n).broadcastTo(square);
    Expr scores =
        Functions.select(
            candidates, correlations.times(1 / temperature), Expr.filled(square, NO_CANDIDATE));
    Expr own = Expr.constant(Tensor.generate(square, i -> i / n == i % n ? 1 : 0));
    Expr distances = Functions.logSoftmax(scores, 1).times(own).sum(1).negated();
    return MapPairs.mean(distances, mapWeights);
  }
}
