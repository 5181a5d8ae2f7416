package org.neuralharmonizer.cpu;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thread's buffers, which only grow, so that kernels allocate nothing once warm. A buffer holds
 * whatever its last user left.
 */
final class Scratch {

  /** Each user has its own buffer: kernels call each other on one thread. */
  enum Use {
    PACKED_ROWS,
    SHARED_ROWS,
    PACKED_COLUMNS,
    TILE,
    PARTIAL_PRODUCTS,
    PLANE,
    PLANE_RESULT,
    WIDE_PLANE,
    LANES,
    TAPS,
    WINOGRAD_INPUT,
    WINOGRAD_OUTPUT,
    LOOP
  }

  private final Map<Use, float[]> buffers = new EnumMap<>(Use.class);
  private final TileKernel tileKernel;
  private final @Nullable DotKernel dotKernel;
  private final Loops loops;
  private int[] segments = new int[0];
  private double[] sums = new double[0];

  Scratch(Kernels kernels) {
    tileKernel = kernels.tileKernel();
    dotKernel = kernels.dotKernel();
    loops = kernels.loops();
  }

  TileKernel tileKernel() {
    return tileKernel;
  }

  @Nullable DotKernel dotKernel() {
    return dotKernel;
  }

  Loops loops() {
    return loops;
  }

  float[] floats(Use use, int size) {
    float[] buffer = buffers.get(use);
    if (buffer == null || buffer.length < size) {
      buffer = new float[size];
      buffers.put(use, buffer);
    }
    return buffer;
  }

  int[] integers(int size) {
    if (segments.length < size) {
      segments = new int[size];
    }
    return segments;
  }

  double[] doubles(int size) {
    if (sums.length < size) {
      sums = new double[size];
    }
    return sums;
  }
}
