package org.neuralharmonizer.data;

import org.neuralharmonizer.tensor.SeededRandom;

/**
 * A rectangle of whole pixels anywhere in the image: its share of the area is drawn evenly, the
 * logarithm of its aspect ratio too. What does not fit is drawn again, ten times; then it is the
 * central square of 0.875 of the shorter side.
 *
 * @param leastArea smallest share of the area, above 0
 * @param mostArea largest share, at most 1
 * @param leastAspect smallest width over height
 * @param mostAspect largest width over height
 * @see <a href="https://doi.org/10.1109/CVPR.2015.7298594">Szegedy and others, Going deeper with
 *     convolutions, section 6</a>
 */
public record RandomResizedCrop(
    double leastArea, double mostArea, double leastAspect, double mostAspect)
    implements Augmentation {
  private static final int ATTEMPTS = 10;
  private static final Augmentation FALLBACK = Augmentation.central(0.875);

  public RandomResizedCrop {
    boolean usable =
        leastArea > 0
            && leastArea <= mostArea
            && mostArea <= 1
            && leastAspect > 0
            && leastAspect <= mostAspect
            && Double.isFinite(mostAspect);
    if (!usable) {
      throw new IllegalArgumentException(
          "random resized crop: areas of %s to %s, aspect ratios of %s to %s — give ascending ones above 0, areas up to 1"
              .formatted(leastArea, mostArea, leastAspect, mostAspect));
    }
  }

  static RandomResizedCrop standard() {
    return new RandomResizedCrop(0.08, 1, 3.0 / 4, 4.0 / 3);
  }

  @Override
  public View draw(int height, int width, SeededRandom random) {
    for (int i = 0; i < ATTEMPTS; i++) {
      double area = random.nextDouble(leastArea, mostArea) * height * width;
      double logarithm = random.nextDouble(StrictMath.log(leastAspect), StrictMath.log(mostAspect));
      double aspect = StrictMath.exp(logarithm);
      long shownWidth = Math.round(Math.sqrt(area * aspect));
      long shownHeight = Math.round(Math.sqrt(area / aspect));
      if (shownWidth >= 1 && shownHeight >= 1 && shownWidth <= width && shownHeight <= height) {
        int top = random.nextInt(height - (int) shownHeight + 1);
        int left = random.nextInt(width - (int) shownWidth + 1);
        return View.ofPixels(
            new View.Rectangle(top, left, (int) shownHeight, (int) shownWidth), height, width);
      }
    }
    return FALLBACK.draw(height, width, random);
  }

  @Override
  public String toString() {
    return "random resized crop of %s to %s of the area, aspect ratio %.3f to %.3f"
        .formatted(leastArea, mostArea, leastAspect, mostAspect);
  }
}
