package org.neuralharmonizer.explain;

import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Randomized input sampling: Σ score(masked) · mask / (n · p) at each pixel. A mask is a grid of
 * cells, each kept with probability p, enlarged bilinearly and shifted at random by up to a cell.
 * The map is an estimate whose error falls with √n, and it is not centred: for a linear score Σ cⱼ,
 * without enlargement, pixel i tends to (1 − p) cᵢ + p Σ cⱼ.
 *
 * @param masks n; published are 4000 to 8000
 * @param cells along each side of the grid; published are 7
 * @param keep p; published is ½
 * @see <a href="https://arxiv.org/abs/1806.07421">Petsiuk, Das, Saenko: RISE</a>
 */
public record Rise(int masks, int cells, double keep, long seed) implements BlackBoxExplanation {
  private static final int CELLS = 7;

  public Rise {
    Copies.positive("rise: masks", masks);
    Copies.positive("rise: cells", cells);
    if (!(keep > 0 && keep < 1)) {
      throw new IllegalArgumentException(
          "rise: the probability to keep a cell must be between 0 and 1, not " + keep);
    }
  }

  /** 7 × 7 cells, each kept with probability ½. */
  public static Rise of(int masks) {
    return new Rise(masks, CELLS, 0.5, 0);
  }

  @Override
  public Tensor explain(Perturbations image) {
    double[] scores = image.scores(masks, i -> mask(i, image));
    double[] sums = new double[image.pixels()];
    for (int i = 0; i < masks; i++) {
      // Drawn again rather than kept: thousands of masks of a large image do not fit.
      float[] mask = mask(i, image);
      for (int k = 0; k < sums.length; k++) {
        sums[k] += scores[i] * mask[k];
      }
    }
    double scale = 1 / (masks * keep);
    return Tensor.generate(Shape.of(image.height(), image.width()), i -> sums[i] * scale);
  }

  private float[] mask(int number, Perturbations image) {
    SeededRandom random = SeededRandom.of(seed).stream(number);
    int side = cells + 1;
    double[] grid = new double[side * side];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = random.nextDouble() < keep ? 1 : 0;
    }
    int cellHeight = (image.height() + cells - 1) / cells;
    int cellWidth = (image.width() + cells - 1) / cells;
    int down = random.nextInt(cellHeight);
    int right = random.nextInt(cellWidth);
    float[] mask = new float[image.pixels()];
    for (int i = 0; i < mask.length; i++) {
      double y = (i / image.width() + down + 0.5) / cellHeight - 0.5;
      double x = (i % image.width() + right + 0.5) / cellWidth - 0.5;
      mask[i] = (float) bilinear(grid, side, y, x);
    }
    return mask;
  }

  /** Half-pixel centres, edges repeated. */
  private static double bilinear(double[] grid, int side, double y, double x) {
    int top = (int) Math.max(Math.floor(y), 0);
    int left = (int) Math.max(Math.floor(x), 0);
    int bottom = Math.min((int) Math.floor(y) + 1, side - 1);
    int end = Math.min((int) Math.floor(x) + 1, side - 1);
    double below = y - Math.floor(y);
    double beside = x - Math.floor(x);
    double upper = (1 - beside) * grid[top * side + left] + beside * grid[top * side + end];
    double lower = (1 - beside) * grid[bottom * side + left] + beside * grid[bottom * side + end];
    return (1 - below) * upper + below * lower;
  }
}
