package org.neuralharmonizer.cpu;

import java.util.Arrays;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;

/**
 * The input gradient where weights outnumber outputs, as in the last layers of a network: one
 * product, whose right operand are the filters as they are stored, gives what each output sends to
 * each tap of each channel; then each channel adds up what reaches it. Nothing of the filters is
 * transposed or gathered, which would take longer than multiplying.
 */
final class FewPoints {

  private static final int MOST_POINTS = 128;
  private static final int LEAST_WEIGHTS = 1 << 16;

  /** Channels whose sums are formed together: what an output sends them is one run. */
  private static final int CHANNELS = 16;

  private final Workers workers;
  private final Gemm gemm;

  FewPoints(Workers workers, Gemm gemm) {
    this.workers = workers;
    this.gemm = gemm;
  }

  boolean suits(int images, int channels, int filters, ConvGeometry geometry) {
    int points = images * geometry.rows().outputs() * geometry.columns().outputs();
    long weights = (long) channels * filters * geometry.window().taps();
    return geometry.groups() == 1 && points <= MOST_POINTS && weights >= LEAST_WEIGHTS;
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
    int points = geometry.rows().outputs() * geometry.columns().outputs();
    int lines = channels * geometry.window().taps();
    ImageGrid grid = new ImageGrid(1, points, 1, 1, 1, points, new int[1], new int[1]);
    PanelSource left = new ImagePanels(y, yo, filters * points, grid);
    PanelSource right = new MatrixPanels(w, wo, lines, 1);
    // Not scratch: a product's target is settled here, on whatever thread it runs later.
    float[] sent = new float[Math.multiplyExact(images * points, lines)];
    ProductTarget target = ProductTarget.matrix(sent, 0, lines, lines);
    int[] places = places(geometry);
    int blocks = ProductPlan.ceiling(channels, CHANNELS);
    Kernel addUp =
        PlaneTask.kernel(
            workers,
            images * blocks,
            (double) CHANNELS * places.length,
            (item, scratch) ->
                addUp(
                    sent,
                    item / blocks,
                    item % blocks * CHANNELS,
                    channels,
                    places,
                    geometry,
                    x,
                    xo));
    return Kernel.sequence(
        gemm.multiply(images * points, lines, filters, left, right, target, false), addUp);
  }

  /** For each output and tap, the input that it reaches, or −1 in the padding. */
  private static int[] places(ConvGeometry geometry) {
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    int taps = geometry.window().taps();
    int[] places = new int[rows.outputs() * columns.outputs() * taps];
    for (int i = 0; i < places.length; i++) {
      int row = rows.position(i / taps / columns.outputs(), i % taps / columns.kernel());
      int column = columns.position(i / taps % columns.outputs(), i % taps % columns.kernel());
      boolean isInside =
          row >= 0 && row < rows.extent() && column >= 0 && column < columns.extent();
      places[i] = isInside ? row * columns.extent() + column : -1;
    }
    return places;
  }

  private static void addUp(
      float[] sent,
      int image,
      int first,
      int channels,
      int[] places,
      ConvGeometry geometry,
      float[] x,
      int xo) {
    int plane = geometry.rows().extent() * geometry.columns().extent();
    int taps = geometry.window().taps();
    int points = places.length / taps;
    int end = Math.min(channels, first + CHANNELS);
    int to = xo + image * channels * plane;
    Arrays.fill(x, to + first * plane, to + end * plane, 0f);
    for (int point = 0; point < points; point++) {
      int from = (image * points + point) * channels * taps;
      for (int tap = 0; tap < taps; tap++) {
        int place = places[point * taps + tap];
        if (place >= 0) {
          for (int c = first; c < end; c++) {
            x[to + c * plane + place] += sent[from + c * taps + tap];
          }
        }
      }
    }
  }
}
