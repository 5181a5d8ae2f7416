package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * 1 − Spearman's rank correlation with soft ranks, averaged over images with a map. The rank of a
 * pixel is ½ + Σⱼ σ((zᵢ − zⱼ) / τ), which for small τ tends to its rank among all, ties in the
 * middle; centred it is ½ Σⱼ tanh((zᵢ − zⱼ) / 2τ), exactly 0 for a constant map, whose loss is 1. z
 * is the standardized map.
 *
 * <p>Every pixel is compared with every other, so time and memory grow with the square of their
 * number: large maps are averaged over blocks first.
 *
 * @param temperature τ, positive, in standard deviations of the map
 * @param block the side of the squares of pixels that are averaged; 1 leaves maps as they are
 * @see <a href="https://doi.org/10.1007/s10791-009-9124-x">Qin, Liu, Li: A general approximation
 *     framework for direct optimization of information retrieval measures</a>
 */
public record SoftSpearmanLoss(double temperature, int block) implements MapLoss {
  private static final double TEMPERATURE = 0.1;
  // The pairs of 64 × 64 pixels: 64 MiB an image where they are not computed in passing.
  private static final int MOST_PIXELS = 4096;

  public SoftSpearmanLoss {
    MapPairs.positive("soft Spearman loss: the temperature", temperature);
    if (block < 1) {
      throw new IllegalArgumentException(
          "soft Spearman loss: the block must have at least 1 pixel, not " + block);
    }
  }

  /** With τ a tenth of a standard deviation, over single pixels. */
  public static SoftSpearmanLoss of() {
    return new SoftSpearmanLoss(TEMPERATURE, 1);
  }

  public SoftSpearmanLoss withTemperature(double other) {
    return new SoftSpearmanLoss(other, block);
  }

  public SoftSpearmanLoss withBlock(int other) {
    return new SoftSpearmanLoss(temperature, other);
  }

  /**
   * The loss.
   *
   * @throws ShapeException if maps do not fit each other, or do not divide into blocks, or leave
   *     more than 4096 of them
   */
  @Override
  public Expr loss(Expr saliency, Expr human, Expr mapWeights) {
    MapPairs.check("soft Spearman loss", saliency, human, mapWeights);
    Expr correlation = MapPairs.cosine(centredRanks(saliency), centredRanks(human));
    return MapPairs.mean(correlation.negated().plus(1), mapWeights);
  }

  private Expr centredRanks(Expr maps) {
    Expr z = MapPairs.rows(Standardization.unitScale().standardize(averaged(maps)));
    int n = z.shape().extent(0);
    int pixels = z.shape().extent(1);
    Expr differences = z.reshape(n, pixels, 1).minus(z.reshape(n, 1, pixels));
    // The mean over all pixels: the correlation does not depend on the scale of ranks.
    return differences.times(0.5 / temperature).tanh().mean(2);
  }

  private Expr averaged(Expr maps) {
    Shape shape = maps.shape();
    int height = shape.extent(1);
    int width = shape.extent(2);
    if (height % block != 0 || width % block != 0) {
      throw new ShapeException(
          "soft Spearman loss: maps of %d × %d pixels do not divide into blocks of %d"
              .formatted(height, width, block));
    }
    if ((long) (height / block) * (width / block) > MOST_PIXELS) {
      throw new ShapeException(
          "soft Spearman loss: %d × %d pixels in blocks of %d are more than %d — use larger blocks"
              .formatted(height, width, block, MOST_PIXELS));
    }
    WindowGeometry squares =
        new WindowGeometry(
            WindowAxis.valid(height, block, block), WindowAxis.valid(width, block, block));
    Expr single = maps.reshape(shape.extent(0), 1, height, width);
    return Functions.averagePool(single, squares, Functions.PaddingCount.INCLUDED)
        .reshape(shape.extent(0), height / block, width / block);
  }
}
