package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;

/** Sums over any axes, and the second half of sums formed in parts. */
final class Sums {

  /** From so many terms on, threads share a sum. */
  private static final int FEW_TERMS = 32;

  /** Blocks wanted in all: enough for the largest devices. */
  private static final int BLOCKS = 2048;

  /** Terms of a part, at least. */
  private static final int LEAST_PART = 256;

  /** More parts than these are added up by a block. */
  private static final int MOST_FOR_WARP = 1024;

  private Sums() {}

  /** Sums over some axes. */
  static List<Work> over(int[] extents, boolean[] summed, Location x, Location y) {
    int[] strides = new int[extents.length];
    int stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    Axes kept = axes(extents, strides, summed, false);
    Axes terms = axes(extents, strides, summed, true);
    int sums = size(kept);
    int count = size(terms);
    boolean innerKept = kept.stride(0, kept.count() - 1) == 1 && sums > 1;
    String template;
    int each;
    if (count < FEW_TERMS && !(innerKept && sums >= KernelSource.WARP)) {
      template = "sum_by_threads";
      each = KernelSource.THREADS;
    } else if (innerKept) {
      template = "sum_by_lanes";
      each = KernelSource.WARP;
    } else {
      template = "sum_by_warps";
      each = KernelSource.WARPS;
    }
    int blocks = (sums + each - 1) / each;
    int parts = 1;
    if (!template.equals("sum_by_threads")) {
      parts = Math.max(1, Math.min(BLOCKS / blocks, count / LEAST_PART));
    }
    int length = (count + parts - 1) / parts;
    Geometry geometry =
        new Geometry()
            .count("sums", sums)
            .count("terms", count)
            .count("parts", parts)
            .count("length", length)
            .function("kept", "j", kept.offset(0, "j"))
            .function("summed", "r", terms.offset(0, "r"));
    long scratch = parts == 1 ? 0 : (long) parts * sums * Double.BYTES;
    List<Work> works = new ArrayList<>();
    works.add(
        Work.Launch.ofTemplate(
            template,
            "const float* x, float* y, double* parts",
            geometry,
            blocks * parts,
            List.of(x, y, Location.SCRATCH),
            scratch));
    if (parts > 1) {
      works.add(finish(parts, sums, 1, Location.SCRATCH, y));
    }
    return works;
  }

  private static Axes axes(int[] extents, int[] strides, boolean[] summed, boolean which) {
    List<Integer> own = new ArrayList<>();
    for (int axis = 0; axis < extents.length; axis++) {
      if (summed[axis] == which) {
        own.add(axis);
      }
    }
    int[] ownExtents = own.stream().mapToInt(axis -> extents[axis]).toArray();
    int[] ownStrides = own.stream().mapToInt(axis -> strides[axis]).toArray();
    return new Axes(ownExtents, List.of(ownStrides));
  }

  private static int size(Axes axes) {
    int size = 1;
    for (int axis = 0; axis < axes.count(); axis++) {
      size *= axes.extent(axis);
    }
    return size;
  }

  /**
   * Adds parts up: sum j is that of parts (o · sums + j) · each + t over o below {@code outer} and
   * t below {@code each}.
   */
  static Work finish(int outer, int sums, int each, Location parts, Location y) {
    Geometry geometry =
        new Geometry().count("outer", outer).count("sums", sums).count("each", each);
    String template;
    int blocks;
    if (each == 1 && sums >= KernelSource.WARP) {
      template = "finish_by_lanes";
      blocks = (sums + KernelSource.WARP - 1) / KernelSource.WARP;
    } else if ((long) outer * each > MOST_FOR_WARP) {
      template = "finish_by_blocks";
      blocks = sums;
    } else {
      template = "finish_by_warps";
      blocks = (sums + KernelSource.WARPS - 1) / KernelSource.WARPS;
    }
    long end = parts.offset() + (long) outer * sums * each * Double.BYTES;
    return Work.Launch.ofTemplate(
        template, "const double* parts, float* y", geometry, blocks, List.of(parts, y), end);
  }
}
