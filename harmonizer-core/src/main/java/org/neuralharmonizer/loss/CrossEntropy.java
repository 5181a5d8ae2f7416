package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Categorical cross-entropy from logits: the mean over images of −Σ q log softmax, with q = (1 − s)
 * · labels + s / K.
 *
 * @param smoothing s, in [0, 1): the share of the labels spread evenly over all K classes
 */
public record CrossEntropy(double smoothing) {
  private static final double RELEASED_SMOOTHING = 0.1;

  public CrossEntropy {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "cross-entropy: label smoothing must be in [0, 1), not " + smoothing);
    }
  }

  /** Without label smoothing. */
  public static CrossEntropy plain() {
    return new CrossEntropy(0);
  }

  public static CrossEntropy withLabelSmoothing(double smoothing) {
    return new CrossEntropy(smoothing);
  }

  /** With label smoothing 0.1. */
  public static CrossEntropy asReleased() {
    return new CrossEntropy(RELEASED_SMOOTHING);
  }

  /** The mean over images. */
  public Expr loss(Expr logits, Expr labels) {
    return perImage(logits, labels).mean();
  }

  /**
   * One value per image, N.
   *
   * @param logits N × K
   * @param labels N × K, one-hot or soft
   */
  public Expr perImage(Expr logits, Expr labels) {
    if (logits.shape().rank() != 2 || !logits.shape().equals(labels.shape())) {
      throw new ShapeException(
          "cross-entropy: logits are %s, labels %s — both must be N × K, one-hot or soft"
              .formatted(logits.shape(), labels.shape()));
    }
    Expr targets = labels.times(1 - smoothing).plus(smoothing / logits.shape().extent(1));
    return Functions.logSoftmax(logits, 1).times(targets).sum(1).negated();
  }
}
