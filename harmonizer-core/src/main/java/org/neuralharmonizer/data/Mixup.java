package org.neuralharmonizer.data;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * Images blended with others, their labels and maps alike: α of the one, 1 − α of the other, α
 * drawn from Beta(concentration, concentration). An image with a map is blended with one that has a
 * map, an image without with one without, as in the code before the release.
 *
 * @param share of the images that are blended, 0 to 1
 * @param concentration above 0; 1 draws α evenly
 * @see <a href="https://arxiv.org/abs/1710.09412">Zhang, Cisse, Dauphin, Lopez-Paz: mixup</a>
 */
public record Mixup(double share, double concentration) {
  private static final Mixup NONE = new Mixup(0, 1);

  public Mixup {
    if (!(share >= 0 && share <= 1 && concentration > 0 && Double.isFinite(concentration))) {
      throw new IllegalArgumentException(
          "mixup: share %s, concentration %s — give a share from 0 to 1 and a concentration above 0"
              .formatted(share, concentration));
    }
  }

  /** No image is blended, as the code before the release was run. */
  public static Mixup none() {
    return NONE;
  }

  /** Half of the images, α even, as the code before the release has it, switched off. */
  public static Mixup asInEarlierCode() {
    return new Mixup(0.5, 1);
  }

  /** The weight of the image itself; 1 where it is not blended. */
  double weight(SeededRandom random) {
    if (random.nextDouble() >= share) {
      return 1;
    }
    double even = random.nextDouble();
    return concentration == 1
        ? even
        : new BetaDistribution(null, concentration, concentration)
            .inverseCumulativeProbability(even);
  }

  @Override
  public String toString() {
    return share == 0
        ? "no mixup"
        : "mixup of " + share + ", Beta(%1$s, %1$s)".formatted(concentration);
  }
}
