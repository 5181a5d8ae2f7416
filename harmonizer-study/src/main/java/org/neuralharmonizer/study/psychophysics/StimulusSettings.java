package org.neuralharmonizer.study.psychophysics;

import org.neuralharmonizer.psychophysics.RegionGrowth;
import org.neuralharmonizer.psychophysics.RevealLevels;

/**
 * What stimuli of given photographs follow from.
 *
 * @param size height and width, 1 to 4096 pixels
 * @param levels of what is revealed; one more shows the whole image
 * @param budget pixels that the level of 100 percent reveals
 * @param order what decides which pixels come first
 * @param growth how the region grows, where maps decide
 * @param background on which they are shown
 * @param seed of everything random
 */
public record StimulusSettings(
    int size,
    RevealLevels levels,
    int budget,
    Order order,
    Growth growth,
    Background background,
    long seed) {
  private static final int LARGEST = 4096;

  /** How the region grows from the peak of the importance map. */
  public enum Growth {
    PROBABILISTIC,
    DETERMINISTIC;
  }

  /** What decides which pixels come first. */
  public enum Order {
    /** People's maps of what is important. */
    IMPORTANCE,
    /** Maps of where people looked. */
    FIXATIONS,
    /** Maps of what a network looked at. */
    SALIENCY,
    /** Nothing: a region around the middle. */
    UNIFORM,
    /** Nothing: round places. */
    BUBBLES
  }

  /** The noise behind what is revealed. */
  public enum Background {
    /** With the amplitudes of the image itself. */
    IMAGE,
    /** With the mean amplitudes of all images. */
    SET
  }

  RegionGrowth growth(long imageSeed) {
    return switch (order) {
      case UNIFORM -> new RegionGrowth.Uniform(imageSeed);
      case BUBBLES -> RegionGrowth.bubbles(imageSeed);
      default ->
          growth == Growth.DETERMINISTIC
              ? RegionGrowth.deterministic()
              : RegionGrowth.probabilistic(imageSeed);
    };
  }

  public StimulusSettings {
    if (size < 1 || size > LARGEST) {
      throw new IllegalArgumentException(
          "stimuli: %d × %d pixels — give a size of 1 to %d".formatted(size, size, LARGEST));
    }
    if (budget < 1 || budget > size * size) {
      throw new IllegalArgumentException(
          "stimuli: %d pixels are to be revealed of %d × %d — reveal from 1 to all of them"
              .formatted(budget, size, size));
    }
  }
}
