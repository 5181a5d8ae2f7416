package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Contraction.Reading;
import org.neuralharmonizer.expr.ConvGeometry;

/**
 * Convolutions whose windows lie side by side, as vision transformers begin with: one matrix
 * product of patches × (C · h · w) and filters × (C · h · w), between permutations in scratch
 * memory.
 */
final class PatchProducts {
  private final Convolutions.Operands operands;
  private final ProductPrecision precision;

  /** N, C, rows of patches, h, columns of patches, w. */
  private final int[] extents;

  private final int patches;
  private final int depth;
  private final Location x;
  private final Location y;
  private final long scratch;

  PatchProducts(ConvGeometry geometry, Convolutions.Operands operands, ProductPrecision precision) {
    this.operands = operands;
    this.precision = precision;
    int down = geometry.rows().outputs();
    int across = geometry.columns().outputs();
    this.extents =
        new int[] {
          operands.images(),
          operands.channels(),
          down,
          geometry.rows().kernel(),
          across,
          geometry.columns().kernel()
        };
    this.patches = operands.images() * down * across;
    this.depth = operands.channels() * geometry.window().taps();
    SameFormat room = new SameFormat(operands.format(), 0);
    this.x = room.room((long) patches * depth);
    this.y = room.room((long) patches * operands.filters());
    this.scratch = room.taken();
  }

  List<Work> works(ConvolutionTask.Member member) {
    List<Work> works = new ArrayList<>();
    switch (member) {
      case OUTPUT -> {
        works.add(gathered());
        works.addAll(product(x, Reading.AS_STORED, operands.w(), Reading.TRANSPOSED, y));
        works.add(channels(y, patchStrides(), operands.y(), imageStrides()));
      }
      case INPUT -> {
        works.add(channels(operands.y(), imageStrides(), y, patchStrides()));
        works.addAll(product(y, Reading.AS_STORED, operands.w(), Reading.AS_STORED, x));
        works.add(pixels(x, rowStrides(), operands.x(), pixelStrides()));
      }
      case FILTER -> {
        works.add(gathered());
        works.add(channels(operands.y(), imageStrides(), y, patchStrides()));
        works.addAll(product(y, Reading.TRANSPOSED, x, Reading.AS_STORED, operands.w()));
      }
    }
    return works;
  }

  private Work gathered() {
    return pixels(operands.x(), pixelStrides(), x, rowStrides());
  }

  private List<Work> product(Location a, Reading left, Location b, Reading right, Location result) {
    int filters = operands.filters();
    boolean isFilter = left == Reading.TRANSPOSED;
    boolean isOutput = right == Reading.TRANSPOSED;
    MatrixProduct product =
        new MatrixProduct(
            1,
            isFilter ? filters : patches,
            isOutput ? filters : depth,
            isFilter ? patches : isOutput ? depth : filters,
            left,
            right,
            precision);
    return product.works(a, b, result, scratch);
  }

  /** In the order of the target, so that what is written lies together. */
  private Work pixels(Location from, int[] fromStrides, Location to, int[] toStrides) {
    return copy(extents, from, fromStrides, to, toStrides);
  }

  private Work channels(Location from, int[] fromStrides, Location to, int[] toStrides) {
    int[] axes = {operands.images(), operands.filters(), extents[2] * extents[4]};
    return copy(axes, from, fromStrides, to, toStrides);
  }

  /** Axes sorted by the target's strides: the innermost last. */
  private static Work copy(
      int[] axes, Location from, int[] fromStrides, Location to, int[] toStrides) {
    Integer[] order = new Integer[axes.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    Arrays.sort(order, Comparator.comparing(i -> -toStrides[i]));
    int[] extents = new int[order.length];
    int[] source = new int[order.length];
    int[] target = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      extents[i] = axes[order[i]];
      source[i] = fromStrides[order[i]];
      target[i] = toStrides[order[i]];
    }
    return Movements.copy(extents, from, 0, source, to, 0, target);
  }

  /** Of N × C × H × W. */
  private int[] pixelStrides() {
    int width = extents[4] * extents[5];
    int plane = extents[2] * extents[3] * width;
    return new int[] {extents[1] * plane, plane, extents[3] * width, width, extents[5], 1};
  }

  /** Of patches × (C · h · w). */
  private int[] rowStrides() {
    int taps = extents[3] * extents[5];
    return new int[] {
      extents[2] * extents[4] * depth, taps, extents[4] * depth, extents[5], depth, 1
    };
  }

  /** Of N × O × patches of an image. */
  private int[] imageStrides() {
    int count = extents[2] * extents[4];
    return new int[] {operands.filters() * count, count, 1};
  }

  /** Of N × patches of an image × O. */
  private int[] patchStrides() {
    return new int[] {operands.filters() * extents[2] * extents[4], 1, operands.filters()};
  }
}
