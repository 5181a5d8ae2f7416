package org.neuralharmonizer.loss;

import java.util.List;
import org.neuralharmonizer.expr.Expr;

/** How much a model's maps differ from people's. */
@FunctionalInterface
public interface MapLoss {

  /**
   * One number for a batch.
   *
   * @param saliency the model's maps, N × H × W
   * @param human people's maps, N × H × W
   * @param mapWeights N: 1 for an image with a human map, 0 for one without, or a fraction
   */
  Expr loss(Expr saliency, Expr human, Expr mapWeights);

  /**
   * What the sum over images is divided by. A batch that is computed in parts weighs their losses
   * accordingly, so that they add up to that of the whole.
   */
  default HarmonizationLoss.Normalization normalization() {
    return HarmonizationLoss.Normalization.OVER_MAPPED;
  }

  /** The parts that the loss is made of, finest level first, each a scalar; for reports. */
  default List<Expr> levels(Expr saliency, Expr human, Expr mapWeights) {
    return List.of(loss(saliency, human, mapWeights));
  }
}
