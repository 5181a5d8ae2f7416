package org.neuralharmonizer.explain;

import java.util.function.UnaryOperator;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A network of which nothing is known but what it answers: all that explanations by perturbation
 * need. A predictor is one; so is anything that runs elsewhere.
 */
public interface BlackBox {

  /** The logits N × K of images N × C × H × W. */
  Tensor logits(Tensor images);

  /**
   * How many images it is asked for at once, which bounds the memory that perturbed copies take.
   */
  int maxBatch();

  /**
   * A function as a black box.
   *
   * @param logits from N × C × H × W to N × K, N up to maxBatch
   */
  static BlackBox of(UnaryOperator<Tensor> logits, int maxBatch) {
    Copies.positive("black box: maxBatch", maxBatch);
    return new BlackBox() {
      @Override
      public Tensor logits(Tensor images) {
        return logits.apply(images);
      }

      @Override
      public int maxBatch() {
        return maxBatch;
      }
    };
  }
}
