package org.neuralharmonizer.cpu;

import static org.neuralharmonizer.cpu.DotKernel.WINDOWS;
import static org.neuralharmonizer.cpu.ProductPlan.ceiling;
import static org.neuralharmonizer.cpu.ProductPlan.roundUp;

import java.util.Arrays;
import java.util.Objects;

/**
 * Filter gradients of convolutions with stride 1: every weight is a dot product of an output's
 * gradient with what its tap sees, both long runs in padded copies.
 *
 * <p>Between the rows the gradient's copy has zeros, so that an input that is not finite makes NaN
 * of all weights of its channel.
 */
final class SlidingDots {

  /** With more, adding to and adding up the lanes takes longer than packing for a product. */
  private static final int MOST_WEIGHTS = 1 << 14;

  /** Elements of a run that stay in the first caches while all taps pass over them. */
  private static final int CHUNK = 1 << 11;

  /** Additions to one lane in float before it is added up in double. */
  private static final int MOST_STEPS = 1024;

  /** Additions to one lane that make adding up the lanes cheap beside them. */
  private static final int LEAST_STEPS = 512;

  private static final int MOST_PARTS = 16;
  private static final int WANTED_TASKS = 8;

  /** How many products may be computed for one that is wanted. */
  private static final double MOST_WASTE = 1.5;

  private final Workers workers;

  SlidingDots(Workers workers) {
    this.workers = workers;
  }

  boolean suits(ImageGrid grid, int images, int channels, int filters) {
    DotKernel kernel = workers.scratch().dotKernel();
    if (kernel == null || !SlidingLayout.exists(grid)) {
      return false;
    }
    int columns = channels * grid.taps();
    SlidingLayout layout = new SlidingLayout(grid, images, channels, filters);
    double computed =
        (double) layout.bands
            * roundUp(layout.run, kernel.lanes())
            * roundUp(filters, kernel.rows())
            * roundUp(columns, WINDOWS);
    return (long) filters * columns <= MOST_WEIGHTS
        && computed <= MOST_WASTE * grid.points() * filters * columns;
  }

  /**
   * Writes filters × (channels · taps) sums over images and outputs.
   *
   * @param xStep from one image of x to the next
   * @param yStep from one image of y to the next
   */
  void multiply(
      float[] x,
      int xo,
      int xStep,
      float[] y,
      int yo,
      int yStep,
      ImageGrid grid,
      int images,
      int channels,
      int filters,
      float[] w,
      int wo) {
    Scratch own = workers.scratch();
    DotKernel kernel = Objects.requireNonNull(own.dotKernel());
    SlidingLayout layout = new SlidingLayout(grid, images, channels, filters);
    int items = images * layout.bands;
    int steps = ceiling(layout.run, kernel.lanes());
    int parts = Math.max(1, Math.min(MOST_PARTS, (int) ((long) items * steps / LEAST_STEPS)));
    parts = Math.min(parts, items);
    int blocks = ceiling(filters, kernel.rows());
    int shares = Math.min(blocks, ceiling(WANTED_TASKS, parts));
    int blocksPerShare = ceiling(blocks, shares);
    int columns = channels * grid.taps();
    int size = filters * columns;
    double[] sums = own.doubles(parts * size);
    Arrays.fill(sums, 0, parts * size, 0);
    int[] offsets = layout.steps();
    int partCount = parts;
    workers.forEach(
        parts * shares,
        task -> {
          int part = task / shares;
          int first = task % shares * blocksPerShare * kernel.rows();
          int end = Math.min(filters, first + blocksPerShare * kernel.rows());
          if (first < end) {
            Part work = new Part(layout, offsets, first, end, workers.scratch());
            int next = (int) ((long) items * (part + 1) / partCount);
            for (int item = (int) ((long) items * part / partCount); item < next; item++) {
              int image = item / layout.bands;
              work.add(x, xo + image * xStep, y, yo + image * yStep, item % layout.bands);
              if (work.steps > MOST_STEPS - steps || item == next - 1) {
                work.flush(sums, part * size);
              }
            }
          }
        });
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int part = 0; part < parts; part++) {
        sum += sums[part * size + i];
      }
      w[wo + i] = (float) sum;
    }
  }

  /** Some of the filters, over some of the images. */
  private static final class Part {
    private final SlidingLayout layout;
    private final int[] offsets;
    private final int firstFilter;
    private final int endFilter;
    private final DotKernel kernel;
    private final int triples;
    private final int length;
    private final int size;
    private final float[] copy;
    private final float[] gradient;
    private final float[] lanes;

    /** Additions to each lane since the last flush. */
    private int steps;

    Part(SlidingLayout layout, int[] offsets, int firstFilter, int endFilter, Scratch scratch) {
      this.layout = layout;
      this.offsets = offsets;
      this.firstFilter = firstFilter;
      this.endFilter = endFilter;
      kernel = Objects.requireNonNull(scratch.dotKernel());
      triples = ceiling(offsets.length, WINDOWS);
      // Runs whose distance is a power of two would share a few sets of the cache.
      length = roundUp(layout.run, kernel.lanes()) + 16;
      size = layout.size(kernel.lanes());
      int rows = roundUp(endFilter - firstFilter, kernel.rows());
      copy = scratch.floats(Scratch.Use.PLANE, size);
      gradient = scratch.floats(Scratch.Use.PLANE_RESULT, rows * length);
      lanes = scratch.floats(Scratch.Use.LANES, rows * triples * WINDOWS * kernel.lanes());
      Arrays.fill(gradient, 0, rows * length, 0f);
      clear();
    }

    void add(float[] x, int xo, float[] y, int yo, int band) {
      layout.fill(x, xo, band, size, copy);
      for (int filter = firstFilter; filter < endFilter; filter++) {
        spread(y, yo + filter * layout.grid.points(), band, (filter - firstFilter) * length);
      }
      int all = roundUp(layout.run, kernel.lanes());
      int block = kernel.rows() * triples * WINDOWS * kernel.lanes();
      for (int filter = 0; filter < endFilter - firstFilter; filter += kernel.rows()) {
        for (int from = 0; from < all; from += CHUNK) {
          int n = Math.min(CHUNK, all - from);
          slide(filter * length + from, from, n, filter / kernel.rows() * block);
        }
      }
      steps += all / kernel.lanes();
    }

    private void slide(int row, int from, int n, int lane) {
      int last = offsets.length - 1;
      int step = kernel.rows() * WINDOWS * kernel.lanes();
      for (int triple = 0; triple < triples; triple++) {
        int k = triple * WINDOWS;
        kernel.dots(
            n,
            gradient,
            row,
            length,
            copy,
            from + offsets[k],
            from + offsets[Math.min(k + 1, last)],
            from + offsets[Math.min(k + 2, last)],
            lanes,
            lane + triple * step);
      }
    }

    /** The gaps between the rows keep their zeros. */
    private void spread(float[] y, int yo, int band, int to) {
      int columns = layout.grid.columns;
      int rows = layout.rowsOf(band);
      for (int row = 0; row < layout.bandRows; row++) {
        int start = to + row * layout.pitch;
        if (row < rows) {
          int from = yo + (band * layout.bandRows + row) * columns;
          System.arraycopy(y, from, gradient, start, columns);
        } else {
          Arrays.fill(gradient, start, start + columns, 0f);
        }
      }
    }

    void flush(double[] sums, int so) {
      int count = kernel.lanes();
      for (int filter = firstFilter; filter < endFilter; filter++) {
        int block = (filter - firstFilter) / kernel.rows() * triples;
        int row = (filter - firstFilter) % kernel.rows();
        for (int k = 0; k < offsets.length; k++) {
          int tile = (block + k / WINDOWS) * kernel.rows() + row;
          int from = (tile * WINDOWS + k % WINDOWS) * count;
          sums[so + filter * offsets.length + k] += total(from, count);
        }
      }
      clear();
    }

    /** Four sums at a time: one would wait for each of its additions. */
    private double total(int from, int count) {
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int lane = from; lane < from + count; lane += 4) {
        s0 += lanes[lane];
        s1 += lanes[lane + 1];
        s2 += lanes[lane + 2];
        s3 += lanes[lane + 3];
      }
      return (s0 + s1) + (s2 + s3);
    }

    private void clear() {
      int rows = roundUp(endFilter - firstFilter, kernel.rows());
      Arrays.fill(lanes, 0, rows * triples * WINDOWS * kernel.lanes(), 0f);
      steps = 0;
    }
  }
}
