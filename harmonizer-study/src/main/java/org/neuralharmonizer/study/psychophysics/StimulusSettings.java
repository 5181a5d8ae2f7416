package org.neuralharmonizer.study.psychophysics;

import org.neuralharmonizer.psychophysics.RegionGrowth;
import org.neuralharmonizer.psychophysics.RevealLevels;

/**
 * What stimuli of given photographs follow from.
 *
 * @param size height and width, 1 to 4096 pixels
 * @param levels of what is revealed; one more shows the whole image
 * @param budget pixels that the level of 100 percent reveals
 * @param growth how the region grows
 * @param seed of everything random
 */
public record StimulusSettings(
    int size, RevealLevels levels, int budget, Growth growth, long seed) {
  private static final int LARGEST = 4096;

  /** How the region grows from the peak of the importance map. */
  public enum Growth {
    PROBABILISTIC,
    DETERMINISTIC;

    RegionGrowth seeded(long seed) {
      return this == DETERMINISTIC
          ? RegionGrowth.deterministic()
          : RegionGrowth.probabilistic(seed);
    }
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
