package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;

/**
 * Each pixel as a soft yes or no: the binary cross-entropy of σ(z(saliency)) against σ(z(human)),
 * less the entropy of the latter, averaged over pixels and over images with a map. That is the mean
 * Kullback–Leibler divergence, so it is 0 where the standardized maps agree and positive elsewhere.
 * With u, v the standardized maps it is computed as softplus u − softplus v − σ(v) (u − v), which
 * neither overflows nor takes the logarithm of 0. A constant map counts as ½ everywhere.
 */
public record BinaryCrossEntropyLoss(Standardization standardization) implements MapLoss {

  /** Of maps standardized whatever their scale. */
  public static BinaryCrossEntropyLoss of() {
    return new BinaryCrossEntropyLoss(Standardization.unitScale());
  }

  @Override
  public Expr loss(Expr saliency, Expr human, Expr mapWeights) {
    MapPairs.check("binary cross-entropy loss", saliency, human, mapWeights);
    Expr u = standardization.standardize(saliency);
    Expr v = standardization.standardize(human);
    Expr divergence =
        Functions.softplus(u)
            .minus(Functions.softplus(v))
            .minus(Functions.sigmoid(v).times(u.minus(v)));
    return MapPairs.mean(divergence.mean(1, 2), mapWeights);
  }
}
