package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;

/**
 * 1 − cos ∠(saliency, human) over pixels, averaged over images with a map: 0 where the maps agree
 * up to a positive factor, 1 where they are orthogonal or one is 0 everywhere, 2 where they are
 * opposite.
 */
public record CosineLoss(Centring centring) implements MapLoss {

  /** What is subtracted from each map first. */
  public enum Centring {
    /** Nothing. */
    NONE,
    /** The map's mean, so that the cosine is Pearson's correlation. */
    MEAN
  }

  /** Of the maps as they are. */
  public static CosineLoss ofMaps() {
    return new CosineLoss(Centring.NONE);
  }

  /** 1 − Pearson's correlation. */
  public static CosineLoss ofCentredMaps() {
    return new CosineLoss(Centring.MEAN);
  }

  @Override
  public Expr loss(Expr saliency, Expr human, Expr mapWeights) {
    MapPairs.check("cosine loss", saliency, human, mapWeights);
    Expr cosine = MapPairs.cosine(rows(saliency), rows(human));
    return MapPairs.mean(cosine.negated().plus(1), mapWeights);
  }

  private Expr rows(Expr maps) {
    // Scaled by the peak, as squares of a small saliency would underflow.
    Expr scaled =
        centring == Centring.NONE
            ? maps.times(Standardization.inversePeak(maps))
            : Standardization.unitScale().standardize(maps);
    return MapPairs.rows(scaled);
  }
}
