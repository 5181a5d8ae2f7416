package org.neuralharmonizer.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Faithfulness by changing the most important pixels first: how fast the score falls as they are
 * removed, or rises as they are put onto the baseline. Of equal pixels the first comes first, and
 * signed maps are taken with their sign: evidence against the class is removed last.
 *
 * @param steps how many equal parts of the pixels change one after another
 * @see <a href="https://arxiv.org/abs/1806.07421">Petsiuk, Das, Saenko: RISE</a>
 */
public record PixelRemoval(Direction direction, int steps) {

  /** What happens to the most important pixels. */
  public enum Direction {
    /** The baseline replaces them in the image: a faithful map has a small area. */
    DELETION,
    /** They replace the baseline: a faithful map has a large area. */
    INSERTION
  }

  /**
   * Scores at equally spaced shares of changed pixels, from none to all.
   *
   * @param scores steps + 1 values
   */
  public record Curve(List<Double> scores) {
    public Curve {
      scores = List.copyOf(scores);
    }

    /** The area under the curve over shares from 0 to 1, by trapezoids. */
    public double area() {
      double sum = 0;
      for (int i = 1; i < scores.size(); i++) {
        sum += (scores.get(i - 1) + scores.get(i)) / 2;
      }
      return sum / (scores.size() - 1);
    }
  }

  public PixelRemoval {
    Copies.positive("pixel removal: steps", steps);
  }

  /** Removes pixels in a number of steps. */
  public static PixelRemoval deletion(int steps) {
    return new PixelRemoval(Direction.DELETION, steps);
  }

  /** Inserts pixels in a number of steps. */
  public static PixelRemoval insertion(int steps) {
    return new PixelRemoval(Direction.INSERTION, steps);
  }

  /**
   * The curve of one image and its map H × W.
   *
   * @throws ShapeException if the map is not of the image's size
   * @throws IllegalArgumentException if it holds NaN, which has no place in an order
   */
  public Curve curve(Perturbations image, Tensor map) {
    Shape expected = Shape.of(image.height(), image.width());
    if (!map.shape().equals(expected)) {
      throw new ShapeException(
          "pixel removal: the map is %s, the image %s — resize the map"
              .formatted(map.shape(), expected));
    }
    int[] order = order(map);
    double[] scores = image.scores(steps + 1, i -> mask(order, i));
    return new Curve(Arrays.stream(scores).boxed().toList());
  }

  /** The curves of images N × C × H × W with maps N × H × W. */
  public List<Curve> curves(List<Perturbations> images, Tensor maps) {
    if (maps.shape().rank() != 3 || maps.shape().extent(0) != images.size()) {
      throw new ShapeException(
          "pixel removal: %d images, but maps are %s".formatted(images.size(), maps.shape()));
    }
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      curves.add(curve(images.get(i), maps.slice(i)));
    }
    return curves;
  }

  private float[] mask(int[] order, int step) {
    float[] mask = new float[order.length];
    Arrays.fill(mask, direction == Direction.DELETION ? 1 : 0);
    int changed = (int) Math.round((double) step * order.length / steps);
    for (int i = 0; i < changed; i++) {
      mask[order[i]] = 1 - mask[order[i]];
    }
    return mask;
  }

  private static int[] order(Tensor map) {
    for (int i = 0; i < map.size(); i++) {
      if (Float.isNaN(map.value(i))) {
        throw new IllegalArgumentException(
            "pixel removal: the map holds NaN at position " + i + " — find out why it does");
      }
    }
    return IntStream.range(0, map.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -map.value(i)))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
