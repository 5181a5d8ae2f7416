package org.neuralharmonizer.psychophysics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of the important pixels stimuli reveal, in percent of a budget of pixels that is the
 * same for every image; so at one level all images show equally many.
 *
 * @param percents ascending, each above 0 and at most 100
 */
public record RevealLevels(List<Double> percents) {
  private static final int STEPS = 11;
  private static final double STEP = 0.2;
  private static final double ALL = 100;

  public RevealLevels {
    percents = List.copyOf(percents);
    double before = 0;
    for (double percent : percents) {
      if (!(percent > before && percent <= ALL)) {
        throw new IllegalArgumentException(
            "reveal levels: %s do not ascend from above 0 to at most 100".formatted(percents));
      }
      before = percent;
    }
    if (percents.isEmpty()) {
      throw new IllegalArgumentException("reveal levels: needs at least one");
    }
  }

  /** The eleven levels 10^(0.2 k) for k from 0 to 10: from 1 to 100 percent. */
  public static RevealLevels asInPaper() {
    return new RevealLevels(
        IntStream.range(0, STEPS)
            .mapToObj(k -> k == STEPS - 1 ? ALL : Math.pow(10, STEP * k))
            .toList());
  }

  public int count() {
    return percents.size();
  }

  /**
   * The pixels of a level, rounded to the nearest, at least one.
   *
   * @param budget pixels at 100 percent
   */
  public int pixels(int level, int budget) {
    if (budget < 1) {
      throw new IllegalArgumentException(
          "reveal levels: the budget is %d pixels — reveal at least 1".formatted(budget));
    }
    return (int) Math.max(1, Math.round(percents.get(level) / ALL * budget));
  }

  /**
   * The level at which an image appears in a set, {@link #count()} standing for the whole image:
   * over as many sets as there are then levels each image is seen once at each, and within a set
   * all levels come equally often.
   */
  public int levelOf(int image, int set) {
    return Math.floorMod(image + set, count() + 1);
  }

  /** The set in which an image appears at a level. */
  public int setOf(int image, int level) {
    return Math.floorMod(level - image, count() + 1);
  }
}
