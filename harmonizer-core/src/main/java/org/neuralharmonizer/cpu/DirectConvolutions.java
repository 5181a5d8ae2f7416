package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/**
 * Convolutions whose filters have one channel (depthwise ones, and single-channel images): each tap
 * is one multiplication along whole rows, and there is nothing a matrix product could share.
 */
final class DirectConvolutions {

  /** Several passes over the taps find this much in the first cache. */
  private static final int CHUNK = 4096;

  private final Workers workers;
  private final Loops loops;

  DirectConvolutions(Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
  }

  Kernel conv2d(
      float[] x,
      int xo,
      float[] w,
      int wo,
      float[] y,
      int yo,
      int images,
      int channels,
      int filters,
      ConvGeometry geometry) {
    SpreadPlane layout = new SpreadPlane(geometry.window());
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    int inputs = rows.extent() * columns.extent();
    int outputs = rows.outputs() * columns.outputs();
    int taps = layout.offsets.length;
    int multiplier = filters / channels;
    return PlaneTask.kernel(
        workers,
        images * channels,
        (double) layout.run * taps * multiplier,
        (plane, scratch) -> {
          float[] spread = scratch.floats(Scratch.Use.PLANE, layout.size);
          float[] result = scratch.floats(Scratch.Use.PLANE_RESULT, layout.run);
          layout.fill(x, xo + plane * inputs, 0f, spread);
          for (int r = 0; r < multiplier; r++) {
            int filter = plane % channels * multiplier + r;
            slide(spread, layout.offsets, w, wo + filter * taps, result, layout.run, false);
            int to = yo + (plane * multiplier + r) * outputs;
            for (int row = 0; row < rows.outputs(); row++) {
              System.arraycopy(
                  result, row * layout.pitch, y, to + row * columns.outputs(), columns.outputs());
            }
          }
        });
  }

  private void slide(
      float[] x, int[] offsets, float[] w, int wo, float[] result, int run, boolean accumulate) {
    for (int from = 0; from < run; from += CHUNK) {
      int count = Math.min(CHUNK, run - from);
      loops.correlate(x, from, offsets, 0, w, wo, offsets.length, result, from, count, accumulate);
    }
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
    WindowGeometry window = geometry.window();
    List<InputPhase> down = InputPhase.of(window.rows());
    List<InputPhase> across = InputPhase.of(window.columns());
    OutputPlane layout = new OutputPlane(window, down, across);
    int inputs = window.rows().extent() * window.columns().extent();
    int outputs = window.rows().outputs() * window.columns().outputs();
    int multiplier = filters / channels;
    List<PhaseTask> phases = new ArrayList<>();
    for (InputPhase rowPhase : down) {
      for (InputPhase columnPhase : across) {
        phases.add(new PhaseTask(layout, rowPhase, columnPhase, multiplier));
      }
    }
    return PlaneTask.kernel(
        workers,
        images * channels,
        (double) inputs * window.taps() * multiplier,
        (plane, scratch) -> {
          float[] padded = scratch.floats(Scratch.Use.PLANE, layout.size * multiplier);
          for (int r = 0; r < multiplier; r++) {
            layout.fill(y, yo + (plane * multiplier + r) * outputs, padded, r * layout.size);
          }
          int filter = wo + plane % channels * multiplier * window.taps();
          for (int i = 0; i < phases.size(); i++) {
            phases.get(i).run(padded, w, filter, x, xo + plane * inputs, scratch);
          }
        });
  }

  /** The positions of one phase, row after row, from the outputs their taps reach. */
  private final class PhaseTask {
    private final OutputPlane layout;
    private final InputPhase down;
    private final InputPhase across;

    /** The taps of the phase, numbered in the whole filter. */
    private final int[] taps;

    /** For each filter of a channel, where its taps begin in the planes of outputs. */
    private final int[][] offsets;

    PhaseTask(OutputPlane layout, InputPhase down, InputPhase across, int multiplier) {
      this.layout = layout;
      this.down = down;
      this.across = across;
      taps = new int[down.taps().size() * across.taps().size()];
      offsets = new int[multiplier][taps.length];
      int t = 0;
      for (int i = 0; i < down.taps().size(); i++) {
        for (int j = 0; j < across.taps().size(); j++) {
          taps[t] = down.taps().get(i) * layout.kernelWidth() + across.taps().get(j);
          for (int r = 0; r < multiplier; r++) {
            offsets[r][t] =
                r * layout.size + layout.offset(down.outputs().get(i), across.outputs().get(j));
          }
          t++;
        }
      }
    }

    void run(float[] padded, float[] w, int wo, float[] x, int xo, Scratch scratch) {
      int run = (down.positions() - 1) * layout.pitch + across.positions();
      float[] result = scratch.floats(Scratch.Use.PLANE_RESULT, run);
      if (taps.length == 0) {
        Arrays.fill(result, 0, run, 0f);
      } else {
        float[] weights = scratch.floats(Scratch.Use.TAPS, taps.length);
        for (int r = 0; r < offsets.length; r++) {
          for (int t = 0; t < taps.length; t++) {
            weights[t] = w[wo + r * layout.taps() + taps[t]];
          }
          slide(padded, offsets[r], weights, 0, result, run, r > 0);
        }
      }
      scatter(result, x, xo);
    }

    private void scatter(float[] result, float[] x, int xo) {
      int stride = layout.columns.stride();
      for (int row = 0; row < down.positions(); row++) {
        int from = row * layout.pitch;
        int to =
            xo
                + (down.first() + row * layout.rows.stride()) * layout.columns.extent()
                + across.first();
        if (stride == 1) {
          System.arraycopy(result, from, x, to, across.positions());
        } else {
          for (int i = 0; i < across.positions(); i++) {
            x[to + i * stride] = result[from + i];
          }
        }
      }
    }
  }

  Kernel conv2dFilter(
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] w,
      int wo,
      int images,
      int channels,
      int filters,
      ConvGeometry geometry) {
    SpreadPlane layout = new SpreadPlane(geometry.window());
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    int inputs = rows.extent() * columns.extent();
    int outputs = rows.outputs() * columns.outputs();
    int taps = layout.offsets.length;
    int multiplier = filters / channels;
    return PlaneTask.kernel(
        workers,
        channels,
        (double) images * layout.run * taps * multiplier,
        (channel, scratch) -> {
          float[] spread = scratch.floats(Scratch.Use.PLANE, layout.size);
          float[] result = scratch.floats(Scratch.Use.PLANE_RESULT, layout.run);
          float[] lanes = scratch.floats(Scratch.Use.LANES, Loops.ROOM);
          double[] sums = scratch.doubles(taps * multiplier);
          Arrays.fill(sums, 0, taps * multiplier, 0);
          for (int image = 0; image < images; image++) {
            int plane = image * channels + channel;
            layout.fill(x, xo + plane * inputs, 0f, spread);
            for (int r = 0; r < multiplier; r++) {
              int from = yo + (plane * multiplier + r) * outputs;
              spreadRows(y, from, rows.outputs(), columns.outputs(), result, layout.pitch);
              addDots(spread, layout, result, sums, r * taps, lanes);
            }
          }
          for (int t = 0; t < taps * multiplier; t++) {
            w[wo + channel * multiplier * taps + t] = (float) sums[t];
          }
        });
  }

  /** Zeros between the rows meet what {@link SpreadPlane} leaves unused there. */
  private static void spreadRows(
      float[] y, int yo, int rows, int columns, float[] result, int pitch) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(y, yo + row * columns, result, row * pitch, columns);
      if (row < rows - 1) {
        Arrays.fill(result, row * pitch + columns, (row + 1) * pitch, 0f);
      }
    }
  }

  private void addDots(
      float[] spread, SpreadPlane layout, float[] result, double[] sums, int so, float[] lanes) {
    for (int from = 0; from < layout.run; from += CHUNK) {
      int count = Math.min(CHUNK, layout.run - from);
      loops.correlateDots(
          spread,
          from,
          layout.offsets,
          0,
          layout.offsets.length,
          result,
          from,
          count,
          sums,
          so,
          lanes);
    }
  }
}
