package org.neuralharmonizer.explain;

import java.util.stream.IntStream;
import org.apache.commons.math3.random.SobolSequenceGenerator;
import org.apache.commons.math3.stat.StatUtils;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Total Sobol indices of patches: the share of the score's variance that a patch takes part in,
 * alone or with others, when every patch fades independently and uniformly between baseline and
 * image. Jansen's estimator over a Sobol sequence: never negative, without a sign, and summing to
 * more than 1 where patches interact. All are 0 where the score does not vary.
 *
 * @param designs n, a power of two; n · (patches + 2) versions are asked for
 * @see <a href="https://arxiv.org/abs/2111.04138">Fel, Cadène, Chalvidal, Cord, Vigouroux, Serre:
 *     Look at the variance!</a>
 * @see <a href="https://doi.org/10.1016/S0010-4655(98)00154-4">Jansen: Analysis of variance designs
 *     for model output</a>
 */
public record SobolIndices(Patches patches, int designs) implements BlackBoxExplanation {
  // The sequence is tabulated up to 1000 dimensions, two for each patch.
  private static final int MOST_PATCHES = 500;

  public SobolIndices {
    if (patches.count() > MOST_PATCHES) {
      throw new IllegalArgumentException(
          "sobol indices: %d patches are more than %d — use fewer"
              .formatted(patches.count(), MOST_PATCHES));
    }
    if (designs < 2 || Integer.bitCount(designs) != 1) {
      throw new IllegalArgumentException(
          "sobol indices: designs must be a power of two from 2 on, not " + designs);
    }
  }

  @Override
  public Tensor explain(Perturbations image) {
    int count = patches.count();
    double[][] points = points();
    // Of each point the first half, the second half, and the first with one value of the second.
    double[] scores =
        image.scores(
            designs * (count + 2),
            i -> patches.spread(version(points[i / (count + 2)], i % (count + 2)), image));
    double[] apart =
        IntStream.range(0, scores.length)
            .filter(i -> i % (count + 2) < 2)
            .mapToDouble(i -> scores[i])
            .toArray();
    double variance = StatUtils.populationVariance(apart);
    double[] indices = new double[count];
    for (int i = 0; i < designs && variance > 0; i++) {
      for (int k = 0; k < count; k++) {
        double difference = scores[i * (count + 2)] - scores[i * (count + 2) + 2 + k];
        indices[k] += difference * difference / (2 * variance * designs);
      }
    }
    return patches.map(indices, image);
  }

  private double[] version(double[] point, int kind) {
    int count = patches.count();
    double[] values = new double[count];
    System.arraycopy(point, kind == 1 ? count : 0, values, 0, count);
    if (kind >= 2) {
      values[kind - 2] = point[count + kind - 2];
    }
    return values;
  }

  private double[][] points() {
    SobolSequenceGenerator sequence = new SobolSequenceGenerator(2 * patches.count());
    double[][] points = new double[designs][];
    for (int i = 0; i < designs; i++) {
      points[i] = sequence.nextVector();
    }
    return points;
  }
}
