package org.neuralharmonizer.psychophysics;

import java.util.Arrays;
import java.util.PriorityQueue;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * How the region that stimuli reveal grows from the peak of an importance map, one of its eight
 * neighbours at a time. The generator of the published stimuli is in no public repository; what
 * follows is its description, "probabilistic region growth", made definite.
 */
public sealed interface RegionGrowth {

  /**
   * The next pixel is drawn from the neighbours of the region, each with a chance proportional to
   * its importance.
   *
   * @param seed another one gives another region
   * @param floor added to every importance, in units of the largest, so that growth goes on where
   *     the map is 0
   */
  record Probabilistic(long seed, double floor) implements RegionGrowth {
    private static final double FLOOR = 1e-3;

    public Probabilistic {
      if (!(floor > 0)) {
        throw new IllegalArgumentException(
            "region growth: the floor is %s — without one a region of zeros has no next pixel"
                .formatted(floor));
      }
    }

    @Override
    public Region grow(ImportanceMap map, int pixels) {
      double[] chances = Growing.importance(map, pixels);
      double largest = Arrays.stream(chances).max().orElseThrow();
      Arrays.setAll(chances, i -> chances[i] / largest + floor);
      SeededRandom random = SeededRandom.of(seed);
      WeightedDraws neighbours = new WeightedDraws(chances.length);
      Growing growing = new Growing(map, pixels);
      int next = growing.peak();
      while (growing.take(next, pixel -> neighbours.set(pixel, chances[pixel]))) {
        neighbours.set(next, 0);
        next = neighbours.draw(random.nextDouble());
      }
      return growing.region();
    }
  }

  /** The next pixel is the most important neighbour of the region, the first of equals by row. */
  record Deterministic() implements RegionGrowth {
    @Override
    public Region grow(ImportanceMap map, int pixels) {
      double[] importance = Growing.importance(map, pixels);
      PriorityQueue<Integer> neighbours =
          new PriorityQueue<>(
              (a, b) -> {
                int order = Double.compare(importance[b], importance[a]);
                return order != 0 ? order : Integer.compare(a, b);
              });
      Growing growing = new Growing(map, pixels);
      int next = growing.peak();
      while (growing.take(next, neighbours::add)) {
        next = neighbours.remove();
      }
      return growing.region();
    }
  }

  /** Drawn with a seed. */
  static RegionGrowth probabilistic(long seed) {
    return new Probabilistic(seed, Probabilistic.FLOOR);
  }

  /** Without chance. */
  static RegionGrowth deterministic() {
    return new Deterministic();
  }

  /**
   * The first pixels to reveal.
   *
   * @param map negative importance counts as none
   * @param pixels how many, at most those of the map
   * @throws IllegalArgumentException if nothing in the map is important, or it has too few pixels
   */
  Region grow(ImportanceMap map, int pixels);
}
