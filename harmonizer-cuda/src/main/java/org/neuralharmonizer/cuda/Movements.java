package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies between linear functions of positions: what broadcasts, permutes, cuts and joins. */
final class Movements {

  /** Shorter axes are not worth a tile. */
  private static final int LEAST_SIDE = 8;

  private static final String PARAMETERS = "const float* x, float* y";

  private Movements() {}

  /** Copies so many values to where they are kept in another format. */
  static Work conversion(Location x, Location y, int values) {
    int[] stride = {1};
    return copy(new int[] {values}, x, 0, stride, y, 0, stride);
  }

  /**
   * Copies.
   *
   * @param extents of the positions
   * @param fromStrides step of the source along each axis, from an element on
   * @param toStrides step of the target along each axis, from an element on
   */
  static Work copy(
      int[] extents, Location x, int from, int[] fromStrides, Location y, int to, int[] toStrides) {
    Axes axes = new Axes(extents, List.of(fromStrides, toStrides));
    Location source = x.at(from);
    Location target = y.at(to);
    Work tiles = transpose(axes, source, target);
    if (tiles != null) {
      return tiles;
    }
    int size = 1;
    for (int extent : extents) {
      size *= extent;
    }
    boolean aligned = from % 4 == 0 && to % 4 == 0;
    int inner = axes.count() - 1;
    boolean side = axes.stride(0, inner) == 1 && axes.stride(1, inner) == 1;
    int width = aligned && side ? axes.width() : 1;
    Geometry geometry =
        new Geometry()
            .count("size", size)
            .count("width", width)
            .function("from", "i", axes.offset(0, "i"))
            .function("to", "i", axes.offset(1, "i"));
    return Work.Launch.ofTemplate(
        "move", PARAMETERS, geometry, FusedSource.blocks(size / width), List.of(source, target), 0);
  }

  /** By square tiles, if neighbours in the source are not neighbours in the target. */
  private static @Nullable Work transpose(Axes axes, Location source, Location target) {
    int column = axes.count() - 1;
    int row = -1;
    for (int axis = 0; axis < column; axis++) {
      if (axes.stride(0, axis) == 1) {
        row = axis;
      }
    }
    boolean crossed =
        row >= 0
            && axes.stride(1, column) == 1
            && axes.stride(0, column) > 1
            && axes.extent(row) >= LEAST_SIDE
            && axes.extent(column) >= LEAST_SIDE;
    if (!crossed) {
      return null;
    }
    List<Integer> others = new ArrayList<>();
    int planes = 1;
    for (int axis = 0; axis < column; axis++) {
      if (axis != row) {
        others.add(axis);
        planes *= axes.extent(axis);
      }
    }
    int[] extents = others.stream().mapToInt(axes::extent).toArray();
    int[] from = others.stream().mapToInt(axis -> axes.stride(0, axis)).toArray();
    int[] to = others.stream().mapToInt(axis -> axes.stride(1, axis)).toArray();
    Axes outside = new Axes(extents, List.of(from, to));
    Geometry geometry =
        new Geometry()
            .count("rows", axes.extent(row))
            .count("columns", axes.extent(column))
            .count("from_stride", axes.stride(0, column))
            .count("to_stride", axes.stride(1, row))
            .function("from", "plane", outside.offset(0, "plane"))
            .function("to", "plane", outside.offset(1, "plane"));
    int blocks = planes * tiles(axes.extent(row)) * tiles(axes.extent(column));
    return Work.Launch.ofTemplate(
        "transpose", PARAMETERS, geometry, blocks, List.of(source, target), 0);
  }

  private static int tiles(int extent) {
    return (extent + KernelSource.WARP - 1) / KernelSource.WARP;
  }
}
