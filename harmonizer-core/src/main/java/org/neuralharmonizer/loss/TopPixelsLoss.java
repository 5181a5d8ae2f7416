package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;

/**
 * Whether the most important pixels are the same: 1 − Dice of soft memberships σ((z − θ) / τ), with
 * z the standardized map, k a share of its pixels and θ in the middle between the k-th largest of
 * its values and the next smaller one, averaged over images with a map. With small τ it is 1 −
 * Dice's coefficient of the top k pixels.
 *
 * <p>Dice is taken as 2 Σ ab / (Σ a² + Σ b²), so that the loss is 0 where memberships agree and
 * positive elsewhere. θ is found by bisection on counts, without sorting, and is held fixed by the
 * derivative.
 *
 * @param share of the pixels, in (0, 1)
 * @param temperature τ, positive, in standard deviations of the map
 * @see <a href="https://arxiv.org/abs/1606.04797">Milletari, Navab, Ahmadi: V-Net, for this form of
 *     Dice</a>
 */
public record TopPixelsLoss(double share, double temperature) implements MapLoss {
  private static final double TEMPERATURE = 0.1;
  // Halves a range of a few standard deviations down to the resolution of a float.
  private static final int BISECTIONS = 30;
  // Where no value is smaller, as in a constant map, all pixels are members.
  private static final double BELOW_ALL = -1e4;

  public TopPixelsLoss {
    MapPairs.positive("top pixels loss: the temperature", temperature);
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "top pixels loss: the share of pixels must be between 0 and 1, not " + share);
    }
  }

  /** Of a share of pixels, with τ a tenth of a standard deviation. */
  public static TopPixelsLoss of(double share) {
    return new TopPixelsLoss(share, TEMPERATURE);
  }

  @Override
  public Expr loss(Expr saliency, Expr human, Expr mapWeights) {
    MapPairs.check("top pixels loss", saliency, human, mapWeights);
    Expr a = members(saliency);
    Expr b = members(human);
    Expr sizes = a.squared().sum(1, 2).plus(b.squared().sum(1, 2));
    // 1 − 2ab/(a² + b²), written so that equal memberships give 0 exactly.
    Expr distances = a.minus(b).squared().sum(1, 2).dividedBy(sizes);
    return MapPairs.mean(distances, mapWeights);
  }

  private Expr members(Expr maps) {
    Expr z = Standardization.unitScale().standardize(maps);
    return Functions.sigmoid(z.minus(threshold(z.detached())).times(1 / temperature));
  }

  /** Between the k-th largest value of each map and the next, N × 1 × 1. */
  private Expr threshold(Expr z) {
    double k = Math.max(1, Math.round(share * z.shape().inner().size()));
    Expr upper = Functions.maxKeeping(z, 1, 2);
    Expr lower = Functions.maxKeeping(z.negated(), 1, 2).negated().minus(1);
    Expr enough = Expr.filled(upper.shape(), k - 0.5);
    for (int i = 0; i < BISECTIONS; i++) {
      Expr middle = lower.plus(upper).times(0.5);
      Expr low = z.greater(middle).sumKeeping(1, 2).greater(enough);
      lower = Functions.select(low, middle, lower);
      upper = Functions.select(low, upper, middle);
    }
    // The k-th largest value lies above lower, and not above upper.
    Expr none = Expr.filled(z.shape(), BELOW_ALL);
    Expr next = Functions.maxKeeping(Functions.select(z.greater(lower), none, z), 1, 2);
    return upper.plus(next).times(0.5).detached();
  }
}
