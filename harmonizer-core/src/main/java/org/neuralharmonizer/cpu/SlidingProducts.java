package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.ProductPlan.roundUp;

/**
 * Convolutions with stride 1 and not very many weights: a packed matrix of weights times what the
 * windows see, which is read where it lies in a padded copy. With few filters, packing every tap of
 * every window would take longer than multiplying.
 */
final class SlidingProducts {

  /** One MiB: weights stream from a cache while the copies stay in the first. */
  private static final int MOST_WEIGHTS = 1 << 18;

  /** How many outputs may be computed for one that is wanted. */
  private static final double MOST_WASTE = 1.5;

  /** Multiplications that take as long as one step of an elementwise loop. */
  private static final double LANES = 16;

  private final Workers workers;

  SlidingProducts(Workers workers) {
    this.workers = workers;
  }

  boolean suits(ImageGrid grid, int images, int channels, int lines) {
    if (!SlidingLayout.exists(grid)
        || (long) roundUp(lines, 8) * channels * grid.taps() > MOST_WEIGHTS) {
      return false;
    }
    int width = workers.scratch().tileKernel().columns();
    SlidingLayout layout = new SlidingLayout(grid, images, channels, lines);
    double computed = (double) layout.bands * roundUp(layout.run, width);
    return computed <= MOST_WASTE * grid.points();
  }

  /**
   * For each image, lines × (channels · taps) weights times what the windows see.
   *
   * @param imageStep from one image of x to the next
   * @param resultStep from one image of y to the next
   */
  Kernel multiply(
      PanelSource weights,
      int lines,
      float[] x,
      int xo,
      int imageStep,
      ImageGrid grid,
      int images,
      int channels,
      float[] y,
      int yo,
      int resultStep) {
    SlidingLayout layout = new SlidingLayout(grid, images, channels, lines);
    return new Bands(weights, lines, x, xo, imageStep, layout, images, channels, y, yo, resultStep);
  }

  /** One product, band by band of each image. */
  private final class Bands implements Kernel {
    private final PanelSource weights;
    private final int lines;
    private final int depth;
    private final float[] x;
    private final int xo;
    private final int imageStep;
    private final SlidingLayout layout;
    private final int[] steps;
    private final float[] y;
    private final int yo;
    private final int resultStep;
    private final int height;
    private final int width;
    private final int size;
    private final int length;
    private final Kernel bands;
    private float[] packed = {};

    Bands(
        PanelSource weights,
        int lines,
        float[] x,
        int xo,
        int imageStep,
        SlidingLayout layout,
        int images,
        int channels,
        float[] y,
        int yo,
        int resultStep) {
      this.weights = weights;
      this.lines = lines;
      this.x = x;
      this.xo = xo;
      this.imageStep = imageStep;
      this.layout = layout;
      this.y = y;
      this.yo = yo;
      this.resultStep = resultStep;
      depth = channels * layout.grid.taps();
      steps = layout.steps();
      height = workers.scratch().tileKernel().rows();
      width = workers.scratch().tileKernel().columns();
      size = layout.size(width);
      // Rows of the result whose distance is a power of two would share a few sets of the cache.
      length = roundUp(layout.run, width) + 16;
      double work = (double) lines * depth * layout.run / LANES;
      bands = PlaneTask.kernel(workers, images * layout.bands, work, this::band);
    }

    @Override
    public void run() {
      Scratch own = workers.scratch();
      packed = own.floats(Scratch.Use.SHARED_ROWS, roundUp(lines, height) * depth);
      for (int line = 0; line < lines; line += height) {
        int count = Math.min(height, lines - line);
        weights.pack(0, depth, line, count, height, packed, line * depth, own);
      }
      bands.run();
    }

    private void band(int item, Scratch scratch) {
      int band = item % layout.bands;
      int image = item / layout.bands;
      float[] copy = scratch.floats(Scratch.Use.PLANE, size);
      float[] result = scratch.floats(Scratch.Use.PLANE_RESULT, roundUp(lines, height) * length);
      layout.fill(x, xo + image * imageStep, band, size, copy);
      TileKernel kernel = scratch.tileKernel();
      float[] panel = scratch.floats(Scratch.Use.PACKED_COLUMNS, depth * width);
      for (int at = 0; at < layout.run; at += width) {
        scratch.loops().pickRows(copy, at, steps, depth, width, panel, 0);
        for (int line = 0; line < lines; line += height) {
          int to = line * length + at;
          kernel.multiplyPanels(depth, packed, line * depth, panel, 0, result, to, length, false);
        }
      }
      store(result, length, layout, band, lines, y, yo + image * resultStep);
    }
  }

  private static void store(
      float[] result, int length, SlidingLayout layout, int band, int lines, float[] y, int yo) {
    int columns = layout.grid.columns;
    for (int line = 0; line < lines; line++) {
      int to = yo + line * layout.grid.points() + band * layout.bandRows * columns;
      for (int row = 0; row < layout.rowsOf(band); row++) {
        System.arraycopy(
            result, line * length + row * layout.pitch, y, to + row * columns, columns);
      }
    }
  }
}
