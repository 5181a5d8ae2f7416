package org.neuralharmonizer.data;

import java.util.Arrays;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The maps that several people gave for one image, R × H × W. Finite throughout; a rater who marked
 * nothing has a map of zeros. Immutable.
 */
public final class RaterMaps {
  private final String id;
  private final Tensor values;

  private RaterMaps(String id, Tensor values) {
    this.id = id;
    this.values = values;
  }

  /**
   * The maps of R raters.
   *
   * @param id the image, as it shall appear in results and errors
   * @param values R × H × W with at least one rater and one pixel
   * @throws IllegalArgumentException if a value is not finite; the message names rater and position
   */
  public static RaterMaps of(String id, Tensor values) {
    if (values.shape().rank() != 3 || values.size() == 0) {
      throw new ShapeException(
          "rater maps \"%s\": need R × H × W with at least one rater and one pixel, got %s"
              .formatted(id, values.shape()));
    }
    for (int rater = 0; rater < values.shape().extent(0); rater++) {
      Pixels.requireFinite("rater maps \"" + id + "\", rater " + rater, values.slice(rater));
    }
    return new RaterMaps(id, values);
  }

  /** The image these maps belong to. */
  public String id() {
    return id;
  }

  /** The number of raters, R. */
  public int raters() {
    return values.shape().extent(0);
  }

  public int height() {
    return values.shape().extent(1);
  }

  public int width() {
    return values.shape().extent(2);
  }

  /** All maps, R × H × W. */
  public Tensor values() {
    return values;
  }

  /** The map of one rater. */
  public ImportanceMap rater(int rater) {
    return ImportanceMap.of(values.slice(rater));
  }

  /** The mean map of all raters. */
  public ImportanceMap mean() {
    int[] all = new int[raters()];
    Arrays.setAll(all, i -> i);
    return mean(all);
  }

  /**
   * The mean map of some raters, summed in double; one who is named twice counts twice.
   *
   * @throws IllegalArgumentException if no rater is named or one does not exist
   */
  public ImportanceMap mean(int... raters) {
    if (raters.length == 0) {
      throw new IllegalArgumentException(
          "rater maps \"" + id + "\": the mean of no raters — name at least one");
    }
    double[] sum = new double[height() * width()];
    for (int rater : raters) {
      if (rater < 0 || rater >= raters()) {
        throw new IllegalArgumentException(
            "rater maps \"%s\": no rater %d, there are %d (0 … %d)"
                .formatted(id, rater, raters(), raters() - 1));
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values.value(rater * sum.length + i);
      }
    }
    return ImportanceMap.of(
        Tensor.generate(Shape.of(height(), width()), i -> sum[i] / raters.length));
  }

  /**
   * Every rater's map after a step of preparation. For a linear step, such as blur, this equals
   * preparing each mean, up to rounding, and costs R steps instead of one per mean.
   */
  public RaterMaps prepared(MapPreparation preparation) {
    return of(id, preparation.apply(values));
  }

  @Override
  public String toString() {
    return "rater maps \"" + id + "\" " + values.shape();
  }
}
