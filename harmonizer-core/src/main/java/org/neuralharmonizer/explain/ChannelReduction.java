package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * How the channels of a per-channel attribution become one value per pixel. The choice changes
 * alignment scores, so every result names it.
 */
public enum ChannelReduction {
  /** The mean over channels, with its sign: the training map of the released code. */
  SIGNED_MEAN,
  /** The absolute value of the mean over channels: the evaluation map of the paper's time. */
  ABSOLUTE_MEAN,
  /** The mean over channels of the absolute values. */
  MEAN_ABSOLUTE,
  /** The largest absolute value over channels: the evaluation map of the released code. */
  MAX_ABSOLUTE,
  /** The Euclidean norm over channels; where all are 0 its derivative is taken as 0. */
  L2;

  /** N × C × H × W to N × H × W. */
  public Expr reduce(Expr attribution) {
    Shape shape = attribution.shape();
    if (shape.rank() != 4) {
      throw new ShapeException(
          "channel reduction: the attribution is " + shape + ", expected N × C × H × W");
    }
    return switch (this) {
      case SIGNED_MEAN -> attribution.mean(1);
      case ABSOLUTE_MEAN -> Functions.absolute(attribution.mean(1));
      case MEAN_ABSOLUTE -> Functions.absolute(attribution).mean(1);
      case MAX_ABSOLUTE -> largest(Functions.absolute(attribution));
      case L2 -> Functions.guardedSqrt(attribution.squared().sum(1));
    };
  }

  /** The maximum over channels as a max-pool over a C × (H·W) picture, without moving anything. */
  private static Expr largest(Expr x) {
    Shape shape = x.shape();
    int channels = shape.extent(1);
    int pixels = shape.extent(2) * shape.extent(3);
    WindowGeometry column =
        new WindowGeometry(WindowAxis.valid(channels, channels, 1), WindowAxis.valid(pixels, 1, 1));
    return Functions.maxPool(x.reshape(shape.extent(0), 1, channels, pixels), column)
        .reshape(shape.extent(0), shape.extent(2), shape.extent(3));
  }
}
