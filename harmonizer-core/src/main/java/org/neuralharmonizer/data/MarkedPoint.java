package org.neuralharmonizer.data;

/**
 * A place in an image that somebody clicked on or looked at.
 *
 * @param x pixels from the left border of the image; the first pixel covers [0, 1)
 * @param y pixels from the upper border
 * @param weight how much it counts: 1 for a click, maybe the duration of a fixation; not negative
 */
public record MarkedPoint(double x, double y, double weight) {
  public MarkedPoint {
    boolean finite = Double.isFinite(x) && Double.isFinite(y);
    if (!finite || !(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "marked point: (%s, %s) of weight %s — all must be finite, the weight not negative"
              .formatted(x, y, weight));
    }
  }

  /** A point of weight 1. */
  public static MarkedPoint at(double x, double y) {
    return new MarkedPoint(x, y, 1);
  }
}
