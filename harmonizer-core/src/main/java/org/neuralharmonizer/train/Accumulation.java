package org.neuralharmonizer.train;

import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizationLoss.Normalization;

/**
 * A batch that is computed in equal parts, one after the other, because the whole would need too
 * much memory.
 *
 * @param parts how many
 * @param size images of each
 */
record Accumulation(int parts, int size) {

  static Accumulation of(int batch, int most) {
    if (batch % most != 0) {
      throw new IllegalArgumentException(
          "training: a batch of %d does not fall into parts of %d — let the one divide the other"
              .formatted(batch, most));
    }
    return new Accumulation(batch / most, most);
  }

  int batch() {
    return parts * size;
  }

  LabeledImages.Batch part(LabeledImages.Batch batch, int part) {
    return parts == 1 ? batch : batch.slice(part * size, size);
  }

  /**
   * How much the map loss of a part counts in that of the batch.
   *
   * @param weights the sum of the weights of all maps of the batch
   */
  double mapShare(LabeledImages.Batch part, double weights, Normalization normalization) {
    if (normalization == Normalization.OVER_BATCH || parts == 1) {
      return 1.0 / parts;
    }
    return weights == 0 ? 0 : weights(part) / weights;
  }

  static double weights(LabeledImages.Batch batch) {
    double sum = 0;
    for (float weight : batch.mapWeights().toArray()) {
      sum += weight;
    }
    return sum;
  }
}
