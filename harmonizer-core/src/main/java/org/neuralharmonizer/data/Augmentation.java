package org.neuralharmonizer.data;

import org.neuralharmonizer.tensor.SeededRandom;

/**
 * Which part of an image a visit shows. The map of the image follows: it shows the same part. A
 * description goes into results; give one by {@code toString}.
 */
@FunctionalInterface
public interface Augmentation {

  /**
   * The part to show.
   *
   * @param height of the image, in pixels
   * @param width of the image, in pixels
   * @param random of this visit alone
   */
  View draw(int height, int width, SeededRandom random);

  /**
   * The central square of the image, as networks are evaluated.
   *
   * @param share of the shorter side, above 0 to 1
   */
  static Augmentation central(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "augmentation: a share of %s of the shorter side cannot be shown — give above 0 to 1"
              .formatted(share));
    }
    return new Described(
        (height, width, random) -> {
          int side = Math.max(1, (int) Math.round(share * Math.min(height, width)));
          return View.ofPixels(View.Rectangle.central(side, side, height, width), height, width);
        },
        "central square, " + share + " of the shorter side");
  }

  /** {@link RandomResizedCrop} of 0.08 to 1 of the area and ¾ to 4⁄3 of the aspect ratio. */
  static Augmentation randomResizedCrop() {
    return RandomResizedCrop.standard();
  }

  /**
   * The same, sometimes mirrored.
   *
   * @param probability of a view to be mirrored
   */
  default Augmentation mirroring(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "augmentation: %s is no probability of mirroring".formatted(probability));
    }
    return new Described(
        (height, width, random) -> {
          View view = draw(height, width, random);
          return random.nextDouble() < probability ? view.mirroredOnceMore() : view;
        },
        this + ", mirrored with probability " + probability);
  }

  /** One that prints as its settings. */
  record Described(Augmentation augmentation, String description) implements Augmentation {
    @Override
    public View draw(int height, int width, SeededRandom random) {
      return augmentation.draw(height, width, random);
    }

    @Override
    public String toString() {
      return description;
    }
  }
}
