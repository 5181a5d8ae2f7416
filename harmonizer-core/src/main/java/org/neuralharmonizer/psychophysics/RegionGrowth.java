package org.neuralharmonizer.psychophysics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

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

  /**
   * A control that knows no importance: a region that grows from the middle, each neighbour with
   * the same chance. Of the map only the size counts.
   */
  record Uniform(long seed) implements RegionGrowth {
    @Override
    public Region grow(ImportanceMap map, int pixels) {
      int middle = map.height() / 2 * map.width() + map.width() / 2;
      Tensor level = Tensor.generate(map.values().shape(), i -> i == middle ? 2 : 1);
      return probabilistic(seed).grow(ImportanceMap.of(level), pixels);
    }
  }

  /**
   * A control that reveals round places at random: pixels in the order of the sum of Gaussians
   * around places drawn uniformly. Of the map only the size counts. What is revealed is not
   * connected.
   *
   * @param count how many places
   * @param width the standard deviation of the Gaussians as a share of the shorter side
   * @see <a href="https://doi.org/10.1016/S0042-6989(01)00097-9">Gosselin, Schyns: Bubbles</a>
   */
  record Bubbles(long seed, int count, double width) implements RegionGrowth {
    public Bubbles {
      if (count < 1 || !(width > 0)) {
        throw new IllegalArgumentException(
            "bubbles: %d of width %s — give at least 1, and a width above 0"
                .formatted(count, width));
      }
    }

    @Override
    public Region grow(ImportanceMap map, int pixels) {
      int rows = map.height();
      int columns = map.width();
      double twice = 2 * Math.pow(width * Math.min(rows, columns), 2);
      SeededRandom random = SeededRandom.of(seed);
      double[] field = new double[rows * columns];
      for (int bubble = 0; bubble < count; bubble++) {
        double row = random.nextDouble() * rows;
        double column = random.nextDouble() * columns;
        for (int i = 0; i < field.length; i++) {
          int line = i / columns;
          double down = line + 0.5 - row;
          double across = i % columns + 0.5 - column;
          field[i] += Math.exp(-(down * down + across * across) / twice);
        }
      }
      Tensor values = Tensor.generate(map.values().shape(), i -> field[i]);
      Growing.importance(ImportanceMap.of(values), pixels);
      int[] order =
          IntStream.range(0, field.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -field[i]))
              .limit(pixels)
              .mapToInt(Integer::intValue)
              .toArray();
      return new Region(rows, columns, order);
    }
  }

  /** Ten bubbles of a tenth of the shorter side. */
  static RegionGrowth bubbles(long seed) {
    return new Bubbles(seed, 10, 0.1);
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
   * @throws IllegalArgumentException if nothing in the map is important, unless the growth ignores
   *     it, or it has too few pixels
   */
  Region grow(ImportanceMap map, int pixels);
}
