package org.neuralharmonizer.study.scenes;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A simulated person, with habits that last over all images.
 *
 * @param noise standard deviation of a click about its aim, in pixels of a 64 × 64 image
 * @param biasX lasting displacement to the right, likewise
 * @param biasY lasting displacement downwards, likewise
 * @param lapses probability that a click lands anywhere
 * @param strays probability that a click lands on the object but beside its diagnostic parts
 * @param clicks mean number of clicks per image
 * @param preference probability of aiming at the first of the two parts
 */
record Rater(
    double noise,
    double biasX,
    double biasY,
    double lapses,
    double strays,
    double clicks,
    double preference) {

  static Rater drawn(Draws draws) {
    return new Rater(
        draws.between(1, 2.5),
        draws.normal() * 0.8,
        draws.normal() * 0.8,
        draws.between(0.02, 0.12),
        draws.between(0.05, 0.2),
        draws.between(8, 16),
        draws.between(0.35, 0.75));
  }

  /** The clicks on one picture, given the visible coverage of what is on it. */
  List<Click> look(Tensor body, Tensor firstPart, Tensor secondPart, Draws draws) {
    int size = body.shape().extent(0);
    double unit = size / 64.0;
    int count = Math.max(1, (int) Math.round(clicks * draws.between(0.6, 1.4)));
    var aims = new Aims(new Target(body), new Target(firstPart), new Target(secondPart));
    var placed = new ArrayList<Click>(count);
    for (int i = 0; i < count; i++) {
      placed.add(click(aims, size, unit, draws));
    }
    return List.copyOf(placed);
  }

  private Click click(Aims aims, int size, double unit, Draws draws) {
    Target target = aims.choose(draws, this);
    if (draws.happens(lapses) || target.isEmpty()) {
      return new Click(draws.uniform() * size, draws.uniform() * size);
    }
    int pixel = target.pixel(draws);
    int row = pixel / size;
    int column = pixel % size;
    return new Click(
        within(column + 0.5 + unit * (biasX + noise * draws.normal()), size),
        within(row + 0.5 + unit * (biasY + noise * draws.normal()), size));
  }

  private static double within(double place, int size) {
    return Math.min(Math.max(place, 0), size);
  }

  private record Aims(Target body, Target firstPart, Target secondPart) {
    Target choose(Draws draws, Rater rater) {
      double stray = draws.uniform();
      double first = draws.uniform();
      if (stray < rater.strays || (firstPart.isEmpty() && secondPart.isEmpty())) {
        return body;
      }
      boolean wantsFirst = first < rater.preference;
      return (wantsFirst && !firstPart.isEmpty()) || secondPart.isEmpty() ? firstPart : secondPart;
    }
  }

  /** Pixels to be drawn in proportion to their coverage. */
  private static final class Target {
    private final double[] upTo;

    Target(Tensor mask) {
      upTo = new double[mask.size()];
      double sum = 0;
      for (int i = 0; i < upTo.length; i++) {
        sum += mask.value(i);
        upTo[i] = sum;
      }
    }

    boolean isEmpty() {
      return upTo[upTo.length - 1] < 1;
    }

    int pixel(Draws draws) {
      double place = draws.uniform() * upTo[upTo.length - 1];
      int low = 0;
      int high = upTo.length - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (upTo[middle] > place) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    }
  }
}
