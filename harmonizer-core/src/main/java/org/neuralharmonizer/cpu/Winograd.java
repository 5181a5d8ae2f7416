package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.roundUp;
import static org.neuralharmonizer.cpu.WinogradTiles.POINTS;

import org.neuralharmonizer.backend.ShortConvolution;
import org.neuralharmonizer.expr.ConvGeometry;

/**
 * Convolutions of 3 × 3 taps with stride 1 by fewer multiplications, where that is faster.
 *
 * <p>Rounding is somewhat worse than the definition's, because the transforms multiply by up to 8
 * and subtract: {@link ShortConvolution} states it. What is not finite spreads over the tiles that
 * see it.
 */
final class Winograd {

  // In multiplications of a matrix product: what transforming costs per channel and tile or filter.
  private static final double INPUT_TILE = 3000;
  private static final double OUTPUT_TILE = 3000;
  private static final double FILTER = 1000;
  private static final double FILTER_GRADIENT = 1500;

  /** What packing takes of the time of a product that is computed by the definition. */
  private static final double PACKING = 1.15;

  private static final int TAPS = 9;

  /** Of channels, at most: the widest tile of a product, and the cache lines between. */
  private static final int MOST_PADDING = 512;

  private final Workers workers;
  private final WinogradLoops loops;
  private final ShortConvolution use;

  Winograd(Workers workers, WinogradLoops loops, ShortConvolution use) {
    this.workers = workers;
    this.loops = loops;
    this.use = use;
  }

  /** Whether to compute convolutions and input gradients so. */
  boolean suits(ConvGeometry geometry, WinogradTiles tiles, int images, int depth, int lines) {
    if (!isAllowed(geometry) || !fits(tiles, depth, lines)) {
      return false;
    }
    TileKernel kernel = workers.scratch().tileKernel();
    double count = (double) images * tiles.down() * tiles.across();
    double filters = (double) depth * roundUp(lines, kernel.columns());
    double work =
        filters * (POINTS * count + FILTER)
            + count * (depth * INPUT_TILE + roundUp(lines, kernel.columns()) * OUTPUT_TILE);
    return work < definition(tiles, images, depth, lines);
  }

  /** Whether to compute filter gradients so. */
  boolean suitsFilterGradient(
      ConvGeometry geometry, WinogradTiles tiles, int images, int channels, int filters) {
    if (!isAllowed(geometry) || !fits(tiles, channels, filters)) {
      return false;
    }
    TileKernel kernel = workers.scratch().tileKernel();
    double count = (double) images * tiles.down() * tiles.across();
    int padded = roundUp(channels, kernel.columns());
    double work =
        (double) filters * padded * (POINTS * count + FILTER_GRADIENT)
            + count * INPUT_TILE * (padded + filters);
    return work < definition(tiles, images, channels, filters);
  }

  private boolean isAllowed(ConvGeometry geometry) {
    return use == ShortConvolution.WHERE_FASTER
        && geometry.groups() == 1
        && WinogradTiles.exist(geometry);
  }

  /** Whether all filters, and a row of tiles, fit an array at all points. */
  private static boolean fits(WinogradTiles tiles, int depth, int lines) {
    long wider = (long) Math.max(depth, lines) + MOST_PADDING;
    return POINTS * wider * Math.max(wider, tiles.across()) <= Integer.MAX_VALUE;
  }

  private static double definition(WinogradTiles tiles, int images, int depth, int lines) {
    return PACKING * TAPS * images * tiles.rows() * tiles.columns() * depth * lines;
  }

  Kernel multiply(
      WinogradTiles tiles,
      WinogradProducts.Weights weights,
      int lines,
      int depth,
      int images,
      float[] x,
      int xo,
      float[] y,
      int yo) {
    return new WinogradProducts(workers, loops, tiles, weights, lines, depth, images, x, xo, y, yo);
  }

  Kernel filterGradient(
      WinogradTiles tiles,
      int channels,
      int filters,
      int images,
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] w,
      int wo) {
    return new WinogradFilterGradient(
        workers, loops, tiles, channels, filters, images, x, xo, y, yo, w, wo);
  }
}
