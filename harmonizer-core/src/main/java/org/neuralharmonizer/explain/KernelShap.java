package org.neuralharmonizer.explain;

import java.util.Arrays;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Shapley values of patches by regression with the Shapley kernel. Values always sum to the score's
 * difference between image and baseline. Where all coalitions fit into the samples they are all
 * asked for, and the values are exact; else coalitions are drawn by the kernel, each with its
 * complement. A score that is additive over patches is recovered exactly either way.
 *
 * @param samples coalitions asked for, at least twice the patches
 * @see <a href="https://arxiv.org/abs/1705.07874">Lundberg, Lee: A unified approach to interpreting
 *     model predictions, theorem 2</a>
 * @see <a href="https://arxiv.org/abs/2012.01536">Covert, Lee: Improving KernelSHAP, for pairs</a>
 */
public record KernelShap(Patches patches, int samples, long seed) implements BlackBoxExplanation {
  private static final int MOST_ENUMERATED = 20;

  public KernelShap {
    if (samples < 2 * patches.count()) {
      throw new IllegalArgumentException(
          "kernel shap: %d samples do not determine %d patches — use at least twice as many"
              .formatted(samples, patches.count()));
    }
  }

  public static KernelShap of(Patches patches, int samples) {
    return new KernelShap(patches, samples, 0);
  }

  @Override
  public Tensor explain(Perturbations image) {
    int count = patches.count();
    double nothing = image.removed();
    double whole = image.unchanged() - nothing;
    if (count == 1) {
      return patches.map(new double[] {whole}, image);
    }
    boolean all = count <= MOST_ENUMERATED && (1 << count) - 2 <= samples;
    int asked = all ? (1 << count) - 2 : samples;
    double[] scores = image.scores(asked, i -> patches.spread(coalition(i, all), image));
    LinearFit fit = new LinearFit(count - 1);
    for (int i = 0; i < asked; i++) {
      double[] present = coalition(i, all);
      // The last value is what the others leave of the whole.
      double last = present[count - 1];
      double[] row = new double[count - 1];
      for (int k = 0; k < row.length; k++) {
        row[k] = present[k] - last;
      }
      fit.add(row, scores[i] - nothing - last * whole, all ? kernel(present) : 1);
    }
    double[] values = Arrays.copyOf(fit.solve(), count);
    values[count - 1] = whole - Arrays.stream(values).sum();
    return patches.map(values, image);
  }

  private double[] coalition(int number, boolean all) {
    int count = patches.count();
    double[] present = new double[count];
    if (all) {
      for (int k = 0; k < count; k++) {
        present[k] = (number + 1) >> k & 1;
      }
      return present;
    }
    SeededRandom random = SeededRandom.of(seed).stream(number / 2);
    int size = size(random.nextDouble());
    int[] order = random.permutation(count);
    for (int k = 0; k < count; k++) {
      boolean member = k < size;
      present[order[k]] = member == (number % 2 == 0) ? 1 : 0;
    }
    return present;
  }

  /** A size from 1 to count − 1 with probability proportional to 1 / (size · (count − size)). */
  private int size(double uniform) {
    int count = patches.count();
    double sum = 0;
    for (int s = 1; s < count; s++) {
      sum += 1.0 / s / (count - s);
    }
    double left = uniform * sum;
    int size = 1;
    while (size < count - 1 && left >= 1.0 / size / (count - size)) {
      left -= 1.0 / size / (count - size);
      size++;
    }
    return size;
  }

  /** (D − 1) / (C(D, s) s (D − s)) of a coalition of s. */
  private static double kernel(double[] present) {
    int count = present.length;
    int size = (int) Arrays.stream(present).sum();
    double choices = 1;
    for (int k = 1; k <= size; k++) {
      choices = choices * (count - size + k) / k;
    }
    return (count - 1) / (choices * size * (count - size));
  }
}
