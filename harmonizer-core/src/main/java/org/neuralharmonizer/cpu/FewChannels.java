package org.neuralharmonizer.cpu;

import java.util.Arrays;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;

/**
 * The input gradient where the input has few channels, as an image has: one product gives what each
 * tap sends back, and each row of the input then adds up what reaches it.
 */
final class FewChannels {

  private final Workers workers;
  private final Loops loops;
  private final Gemm gemm;

  FewChannels(Workers workers, Loops loops, Gemm gemm) {
    this.workers = workers;
    this.loops = loops;
    this.gemm = gemm;
  }

  Kernel conv2dInput(
      float[] y,
      int yo,
      float[] w,
      int wo,
      float[] x,
      int xo,
      int images,
      int channels,
      int filters,
      ConvGeometry geometry) {
    int groups = geometry.groups();
    int perGroup = channels / groups;
    int lines = perGroup * geometry.window().taps();
    int depth = filters / groups;
    int inputs = geometry.rows().extent() * geometry.columns().extent();
    int outputs = geometry.rows().outputs() * geometry.columns().outputs();
    // Not scratch: a product's target is settled here, on whatever thread it runs later.
    float[] sent = new float[Math.multiplyExact(lines, outputs)];
    Kernel[] kernels = new Kernel[2 * images * groups];
    for (int i = 0; i < images * groups; i++) {
      PanelSource left = new MatrixPanels(w, wo + i % groups * depth * lines, lines, 1);
      PanelSource right = new MatrixPanels(y, yo + i * depth * outputs, outputs, 1);
      ProductTarget target = ProductTarget.matrix(sent, 0, outputs, outputs);
      kernels[2 * i] = gemm.multiply(lines, outputs, depth, left, right, target, false);
      kernels[2 * i + 1] = addUp(sent, x, xo + i * perGroup * inputs, perGroup, geometry);
    }
    return Kernel.sequence(kernels);
  }

  private Kernel addUp(float[] sent, float[] x, int xo, int channels, ConvGeometry geometry) {
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    int stride = columns.stride();
    int part = columns.outputs() + (columns.kernel() - 1) * columns.dilation() / stride;
    return PlaneTask.kernel(
        workers,
        channels * rows.extent(),
        (double) part * geometry.window().taps() / rows.stride(),
        (line, scratch) -> {
          float[] sums = scratch.floats(Scratch.Use.PLANE, stride * part);
          Arrays.fill(sums, 0, stride * part, 0f);
          addTaps(sent, line / rows.extent(), line % rows.extent(), geometry, part, sums);
          for (int column = 0; column < columns.extent(); column++) {
            int at = column + columns.before();
            boolean isReached = at / stride < part;
            x[xo + line * columns.extent() + column] =
                isReached ? sums[at % stride * part + at / stride] : 0f;
          }
        });
  }

  /** Padded positions that leave the same remainder under the stride lie together in the sums. */
  private void addTaps(
      float[] sent, int channel, int row, ConvGeometry geometry, int part, float[] sums) {
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    for (int down = 0; down < rows.kernel(); down++) {
      int distance = row - rows.position(0, down);
      int output = distance / rows.stride();
      if (distance < 0 || distance % rows.stride() != 0 || output >= rows.outputs()) {
        continue;
      }
      for (int across = 0; across < columns.kernel(); across++) {
        int shift = across * columns.dilation();
        int to = shift % columns.stride() * part + shift / columns.stride();
        int line = (channel * rows.kernel() + down) * columns.kernel() + across;
        int from = (line * rows.outputs() + output) * columns.outputs();
        loops.add(sums, to, sent, from, sums, to, columns.outputs());
      }
    }
  }
}
