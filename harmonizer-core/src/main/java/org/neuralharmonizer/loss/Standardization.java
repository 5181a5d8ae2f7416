package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * z(m) = (m − mean) / (std + ε) of each map N × H × W by itself, with the population standard
 * deviation (divisor H·W), and its positive part z⁺.
 *
 * <p>A constant map, of a single pixel too, gives exactly 0, and the gradient of its z⁺ is 0:
 * nothing is divided by a zero deviation and no square root is differentiated there. A map that
 * holds NaN gives NaN.
 *
 * @param epsilon positive
 * @param scale what ε is relative to
 */
public record Standardization(double epsilon, Scale scale) {
  private static final double RELEASED_EPSILON = 1e-5;
  private static final double RELATIVE_EPSILON = 1e-5;
  // The reciprocal of anything below could overflow in single precision.
  private static final double SMALLEST_PEAK = 1e-37;

  /** What ε is relative to. */
  public enum Scale {
    /**
     * Nothing. Maps whose deviation is not far above ε shrink, and with them the loss: saliency of
     * a saturated model vanishes silently.
     */
    ABSOLUTE,
    /**
     * The root mean square of the map: z does not depend on the map's scale, down to peaks of
     * 1e-37, below which a map counts as zero.
     */
    RELATIVE
  }

  public Standardization {
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException(
          "standardization: epsilon must be positive, not " + epsilon);
    }
  }

  /** ε = 1e-5 added to the deviation, as in the released code. */
  public static Standardization asReleased() {
    return new Standardization(RELEASED_EPSILON, Scale.ABSOLUTE);
  }

  /** ε times the map's root mean square added to the deviation. */
  public static Standardization relative(double epsilon) {
    return new Standardization(epsilon, Scale.RELATIVE);
  }

  /** z of maps of any scale, with an ε that only keeps a constant map from being divided by 0. */
  static Standardization unitScale() {
    return relative(RELATIVE_EPSILON);
  }

  /** The population standard deviation of each map N × H × W, as N × 1 × 1. */
  public static Expr deviation(Expr maps) {
    return rootMeanSquare(centred(maps));
  }

  /** z of each map. */
  public Expr standardize(Expr maps) {
    Shape shape = maps.shape();
    if (shape.rank() != 3) {
      throw new ShapeException("standardization: maps are " + shape + ", expected N × H × W");
    }
    Expr scaled = scale == Scale.ABSOLUTE ? maps : maps.times(inversePeak(maps));
    Expr centred = centred(scaled);
    Expr deviation = rootMeanSquare(centred);
    if (scale == Scale.ABSOLUTE) {
      return centred.times(deviation.plus(epsilon).reciprocal());
    }
    Expr sum = deviation.plus(rootMeanSquare(scaled).times(epsilon));
    Expr one = Expr.filled(sum.shape(), 1);
    return centred.times(Functions.select(sum.step(), sum, one).reciprocal());
  }

  /** z⁺ = max(z, 0) of each map. */
  public Expr positivePart(Expr maps) {
    return Functions.relu(standardize(maps));
  }

  /**
   * m − mean, by way of the difference to the first pixel. That is exactly 0 for a constant map,
   * where a rounded mean would leave a rest that the division by ε makes large; as z does not
   * depend on the shift, its derivative may ignore it.
   */
  private static Expr centred(Expr maps) {
    Expr first = Functions.slice(Functions.slice(maps, 1, 0, 1), 2, 0, 1).detached();
    Expr shifted = maps.minus(first);
    return shifted.minus(shifted.meanKeeping(1, 2));
  }

  private static Expr rootMeanSquare(Expr maps) {
    return Functions.guardedSqrt(maps.squared().meanKeeping(1, 2));
  }

  /**
   * 1 / max|m|, as a constant: squares stay in range whatever the scale, and as relative z does not
   * depend on scale, its derivative may ignore it.
   */
  static Expr inversePeak(Expr maps) {
    Expr peak = Functions.maxKeeping(Functions.absolute(maps), 1, 2).detached();
    Expr smallest = Expr.filled(peak.shape(), SMALLEST_PEAK);
    Expr zero = Expr.zeros(peak.shape());
    Expr safe = Functions.select(smallest.greater(peak), Expr.filled(peak.shape(), 1), peak);
    return Functions.select(smallest.greater(peak), zero, safe.reciprocal());
  }
}
