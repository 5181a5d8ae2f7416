package org.neuralharmonizer.data;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A step between the maps people gave and the maps that are compared or learnt from, such as blur
 * or resizing. Takes H × W or N × H × W and treats every map alone. Its description goes into
 * results.
 */
public interface MapPreparation {
  /** The prepared maps; never changes the given ones. */
  Tensor apply(Tensor maps);

  /** What is done, in words that a reader of a result can repeat. */
  String description();

  /** This step, then another. */
  default MapPreparation then(MapPreparation next) {
    return named(description() + ", " + next.description(), maps -> next.apply(apply(maps)));
  }

  /** A step of one's own under a description. */
  static MapPreparation named(String description, UnaryOperator<Tensor> step) {
    return new NamedPreparation(
        Objects.requireNonNull(description, "description"), Objects.requireNonNull(step, "step"));
  }

  /** Maps as they are. */
  static MapPreparation none() {
    return NamedPreparation.NONE;
  }

  /**
   * What the released ClickMe loader does to a 256 × 256 map: bilinear to 64 × 64, blur with {@link
   * GaussianBlur#asReleased()}, bilinear to 224 × 224. Values keep their scale (0 … 255 there).
   *
   * <p>The blur's even kernel moves the map by one column of the 64 × 64 grid, 3.5 pixels at 224,
   * to the left.
   *
   * @see <a href="https://github.com/serre-lab/Harmonization">serre-lab/Harmonization,
   *     common/clickme_dataset.py</a>
   */
  static MapPreparation asReleased() {
    return Resampling.BILINEAR
        .to(64, 64)
        .then(GaussianBlur.asReleased())
        .then(Resampling.BILINEAR.to(224, 224));
  }

  /**
   * The released preparation without its two flaws: nothing is skipped when the map is made smaller
   * ({@link Resampling#AREA}), and the blur is a centred Gaussian, of the standard deviation that
   * the released kernel has (2.83 columns of the 64 × 64 grid; its nominal sigma of 10 is cut at
   * half a sigma).
   */
  static MapPreparation corrected() {
    return Resampling.AREA
        .to(64, 64)
        .then(GaussianBlur.centred(2.83))
        .then(Resampling.BILINEAR.to(224, 224));
  }
}
