package org.neuralharmonizer.explain;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Faithfulness as correlation: over random subsets of patches, Pearson's correlation of how much
 * importance a subset holds and how much the score falls when the baseline replaces it. 1 for the
 * contributions to a score that is linear in presence.
 *
 * @param subsets random subsets, at least 2
 * @param size patches in each subset, fewer than there are
 * @see <a href="https://doi.org/10.24963/ijcai.2020/417">Bhatt, Weller, Moura: Evaluating and
 *     aggregating feature-based model explanations</a>
 */
public record MuFidelity(Patches patches, int subsets, int size, long seed) {

  public MuFidelity {
    if (subsets < 2) {
      throw new IllegalArgumentException(
          "mu-fidelity: a correlation needs at least 2 subsets, not " + subsets);
    }
    if (size < 1 || size >= patches.count()) {
      throw new IllegalArgumentException(
          "mu-fidelity: subsets of %d of %d patches do not differ — use from 1 to one less than all"
              .formatted(size, patches.count()));
    }
  }

  /**
   * The fidelity of one image's map H × W; empty where the score does not vary over subsets, or the
   * importance does not.
   */
  public OptionalDouble of(Perturbations image, Tensor map) {
    Shape expected = Shape.of(image.height(), image.width());
    if (!map.shape().equals(expected)) {
      throw new ShapeException(
          "mu-fidelity: the map is %s, the image %s — resize the map"
              .formatted(map.shape(), expected));
    }
    double[] importance = new double[patches.count()];
    for (int i = 0; i < map.size(); i++) {
      int y = i / image.width();
      importance[patches.at(y, i % image.width(), image.height(), image.width())] += map.value(i);
    }
    double whole = image.unchanged();
    double[] scores = image.scores(subsets, i -> patches.spread(kept(i), image));
    double[] falls = Arrays.stream(scores).map(each -> whole - each).toArray();
    double[] held = new double[subsets];
    for (int i = 0; i < subsets; i++) {
      double[] kept = kept(i);
      for (int k = 0; k < kept.length; k++) {
        held[i] += (1 - kept[k]) * importance[k];
      }
    }
    double correlation = new PearsonsCorrelation().correlation(held, falls);
    return Double.isNaN(correlation) ? OptionalDouble.empty() : OptionalDouble.of(correlation);
  }

  private double[] kept(int subset) {
    int[] order = SeededRandom.of(seed).stream(subset).permutation(patches.count());
    double[] kept = new double[order.length];
    Arrays.fill(kept, 1);
    for (int i = 0; i < size; i++) {
      kept[order[i]] = 0;
    }
    return kept;
  }
}
