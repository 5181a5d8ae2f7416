package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.ShapeException;

/** Which score of a class is explained. With soft labels it is the sum weighted by the labels. */
public enum ClassScore {
  /** The logit, as in the released code. */
  LOGIT,
  /**
   * The logarithm of the softmax probability: what the cross-entropy sees. Its gradient vanishes as
   * the prediction becomes certain.
   */
  LOG_PROBABILITY,
  /** The softmax probability, which perturbation methods are published with. */
  PROBABILITY;

  /**
   * The scores of all images, N.
   *
   * @param logits N × K
   * @param labels N × K
   */
  public Expr of(Expr logits, Expr labels) {
    if (logits.shape().rank() != 2 || !logits.shape().equals(labels.shape())) {
      throw new ShapeException(
          "class score: logits are %s, labels %s — both must be N × K, one-hot or soft"
              .formatted(logits.shape(), labels.shape()));
    }
    Expr scores =
        switch (this) {
          case LOGIT -> logits;
          case LOG_PROBABILITY -> Functions.logSoftmax(logits, 1);
          case PROBABILITY -> Functions.softmax(logits, 1);
        };
    return scores.times(labels).sum(1);
  }

  /** The score of one image from its logits, computed in double. */
  double of(float[] logits, double[] labels) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float each : logits) {
      largest = Math.max(largest, each);
    }
    double sum = 0;
    for (float each : logits) {
      sum += Math.exp(each - largest);
    }
    double score = 0;
    for (int k = 0; k < logits.length; k++) {
      double logProbability = logits[k] - largest - Math.log(sum);
      double of =
          switch (this) {
            case LOGIT -> logits[k];
            case LOG_PROBABILITY -> logProbability;
            case PROBABILITY -> Math.exp(logProbability);
          };
      score += labels[k] == 0 ? 0 : labels[k] * of;
    }
    return score;
  }
}
