package org.neuralharmonizer.explain;

import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * How much the score falls when a square is covered by the baseline: at each pixel the mean over
 * all squares that cover it. Squares start every {@code stride} pixels from the left top and are
 * cut off at the border. For a linear score, squares of one pixel give each pixel's contribution
 * exactly.
 *
 * @param side of the square in pixels
 * @param stride at most the side, so that every pixel is covered
 * @see <a href="https://arxiv.org/abs/1311.2901">Zeiler, Fergus: Visualizing and understanding
 *     convolutional networks</a>
 */
public record Occlusion(int side, int stride) implements BlackBoxExplanation {

  public Occlusion {
    Copies.positive("occlusion: the side", side);
    Copies.positive("occlusion: the stride", stride);
    if (stride > side) {
      throw new IllegalArgumentException(
          "occlusion: a stride of %d leaves pixels between squares of %d — use at most the side"
              .formatted(stride, side));
    }
  }

  @Override
  public Tensor explain(Perturbations image) {
    int height = image.height();
    int width = image.width();
    int across = (width + stride - 1) / stride;
    int down = (height + stride - 1) / stride;
    double whole = image.unchanged();
    double[] scores = image.scores(down * across, i -> mask(i / across, i % across, image));
    double[] sums = new double[height * width];
    int[] covered = new int[height * width];
    for (int i = 0; i < scores.length; i++) {
      for (int y = i / across * stride; y < end(i / across, height); y++) {
        for (int x = i % across * stride; x < end(i % across, width); x++) {
          sums[y * width + x] += whole - scores[i];
          covered[y * width + x]++;
        }
      }
    }
    return Tensor.generate(Shape.of(height, width), i -> sums[i] / covered[i]);
  }

  private int end(int position, int extent) {
    return Math.min(position * stride + side, extent);
  }

  private float[] mask(int row, int column, Perturbations image) {
    float[] mask = new float[image.pixels()];
    for (int i = 0; i < mask.length; i++) {
      int y = i / image.width();
      int x = i % image.width();
      boolean inRows = y >= row * stride && y < end(row, image.height());
      boolean inColumns = x >= column * stride && x < end(column, image.width());
      mask[i] = inRows && inColumns ? 0 : 1;
    }
    return mask;
  }
}
