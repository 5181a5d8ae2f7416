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

  /** Rows below which a band costs more than it saves. */
  private static final int LEAST_BAND = 4;

  private final Workers workers;
  private final Loops loops;

  DirectConvolutions(Workers workers, Loops loops) {
    this.workers = workers;
    this.loops = loops;
  }

  /**
   * Into how many planes of fewer rows a plane can be cut, because the window has one row and skips
   * none: so many that each stays in the first cache.
   */
  private static int bands(WindowGeometry window) {
    WindowAxis rows = window.rows();
    if (rows.kernel() > 1 || rows.stride() > 1 || rows.before() + rows.after() > 0) {
      return 1;
    }
    int extent = rows.extent();
    for (int bands = 1; extent / bands >= LEAST_BAND; bands++) {
      if (extent % bands == 0 && extent / bands * window.columns().extent() <= CHUNK) {
        return bands;
      }
    }
    return 1;
  }

  /** A plane cut into bands. */
  private static ConvGeometry band(ConvGeometry geometry, int bands) {
    WindowAxis rows = geometry.rows();
    if (bands == 1) {
      return geometry;
    }
    WindowAxis fewer = WindowAxis.valid(rows.extent() / bands, 1, 1);
    return new ConvGeometry(new WindowGeometry(fewer, geometry.columns()), geometry.groups());
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
    int multiplier = filters / channels;
    int bands = multiplier == 1 ? bands(geometry.window()) : 1;
    ConvGeometry band = band(geometry, bands);
    SpreadPlane layout = new SpreadPlane(band.window());
    WindowAxis rows = band.rows();
    WindowAxis columns = geometry.columns();
    int inputs = rows.extent() * columns.extent();
    int outputs = rows.outputs() * columns.outputs();
    int taps = layout.offsets.length;
    return PlaneTask.kernel(
        workers,
        images * channels * bands,
        (double) layout.run * taps * multiplier,
        (plane, scratch) -> {
          float[] spread = scratch.floats(Scratch.Use.PLANE, layout.room);
          float[] result = scratch.floats(Scratch.Use.PLANE_RESULT, layout.wholeRun);
          layout.fill(loops, scratch, x, xo + plane * inputs, 0f, spread);
          for (int r = 0; r < multiplier; r++) {
            int filter = plane / bands % channels * multiplier + r;
            slide(spread, layout.offsets, w, wo + filter * taps, result, 0, layout.wholeRun, false);
            int to = yo + (plane * multiplier + r) * outputs;
            loops.packRows(result, 0, layout.pitch, columns.outputs(), rows.outputs(), y, to);
          }
        });
  }

  private void slide(
      float[] x,
      int[] offsets,
      float[] w,
      int wo,
      float[] result,
      int to,
      int run,
      boolean accumulate) {
    int taps = offsets.length;
    for (int from = 0; from < run; from += CHUNK) {
      int count = Math.min(CHUNK, run - from);
      loops.correlate(x, from, offsets, 0, w, wo, taps, result, to + from, count, accumulate);
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
    int multiplier = filters / channels;
    int bands = multiplier == 1 ? bands(geometry.window()) : 1;
    WindowGeometry window = band(geometry, bands).window();
    List<InputPhase> down = InputPhase.of(window.rows());
    List<InputPhase> across = InputPhase.of(window.columns());
    OutputPlane layout = new OutputPlane(window, down, across);
    int inputs = window.rows().extent() * window.columns().extent();
    int outputs = window.rows().outputs() * window.columns().outputs();
    List<PhaseRow> phases = new ArrayList<>();
    for (InputPhase rowPhase : down) {
      phases.add(new PhaseRow(layout, rowPhase, across, multiplier));
    }
    return PlaneTask.kernel(
        workers,
        images * channels * bands,
        (double) inputs * window.taps() * multiplier,
        (plane, scratch) -> {
          float[] padded = scratch.floats(Scratch.Use.PLANE, layout.room(multiplier));
          for (int r = 0; r < multiplier; r++) {
            layout.fill(loops, y, yo + (plane * multiplier + r) * outputs, padded, r * layout.size);
          }
          int filter = wo + plane / bands % channels * multiplier * window.taps();
          for (int i = 0; i < phases.size(); i++) {
            phases.get(i).run(padded, w, filter, x, xo + plane * inputs, scratch);
          }
        });
  }

  /** The rows of one phase: what is computed for each phase of columns is put together. */
  private final class PhaseRow {
    private final OutputPlane layout;
    private final InputPhase down;
    private final PhaseTask[] across;

    /** Floats between the results of neighbouring column phases. */
    private final int part;

    PhaseRow(OutputPlane layout, InputPhase down, List<InputPhase> across, int multiplier) {
      this.layout = layout;
      this.down = down;
      this.across =
          across.stream()
              .map(phase -> new PhaseTask(layout, down, phase, multiplier))
              .toArray(PhaseTask[]::new);
      part = SpreadPlane.whole(down.positions() * layout.pitch);
    }

    void run(float[] padded, float[] w, int wo, float[] x, int xo, Scratch scratch) {
      float[] result = scratch.floats(Scratch.Use.PLANE_RESULT, across.length * part + Loops.SLACK);
      for (int i = 0; i < across.length; i++) {
        across[i].run(padded, w, wo, result, i * part, scratch);
      }
      int width = layout.columns.extent();
      int rowStep = layout.rows.stride() * width;
      int to = xo + down.first() * width;
      int rows = down.positions();
      if (across.length == 1) {
        copyRows(result, layout.pitch, width, rows, x, to, rowStep);
      } else if (across.length == 2) {
        float[] wide = scratch.floats(Scratch.Use.WIDE_PLANE, 2 * part + Loops.SLACK);
        loops.merge(result, 0, result, part, wide, 0, 2 * rows * layout.pitch);
        copyRows(wide, 2 * layout.pitch, width, rows, x, to, rowStep);
      } else {
        for (int row = 0; row < rows; row++) {
          scatter(result, row * layout.pitch, x, to + row * rowStep);
        }
      }
    }

    private void copyRows(
        float[] from, int pitch, int width, int rows, float[] x, int to, int rowStep) {
      if (rowStep == width) {
        loops.packRows(from, 0, pitch, width, rows, x, to);
        return;
      }
      for (int row = 0; row < rows; row++) {
        System.arraycopy(from, row * pitch, x, to + row * rowStep, width);
      }
    }

    private void scatter(float[] result, int from, float[] x, int to) {
      for (int i = 0; i < layout.columns.extent(); i++) {
        x[to + i] = result[i % across.length * part + from + i / across.length];
      }
    }
  }

  /** The positions of one phase, row after row, from the outputs their taps reach. */
  private final class PhaseTask {
    private final int taps;
    private final int run;

    /** The taps of the phase, numbered in the whole filter. */
    private final int[] numbers;

    /** For each filter of a channel, where its taps begin in the planes of outputs. */
    private final int[][] offsets;

    PhaseTask(OutputPlane layout, InputPhase down, InputPhase across, int multiplier) {
      taps = layout.taps();
      run = SpreadPlane.whole((down.positions() - 1) * layout.pitch + across.positions());
      numbers = new int[down.taps().size() * across.taps().size()];
      offsets = new int[multiplier][numbers.length];
      int t = 0;
      for (int i = 0; i < down.taps().size(); i++) {
        for (int j = 0; j < across.taps().size(); j++) {
          numbers[t] = down.taps().get(i) * layout.kernelWidth() + across.taps().get(j);
          for (int r = 0; r < multiplier; r++) {
            offsets[r][t] =
                r * layout.size + layout.offset(down.outputs().get(i), across.outputs().get(j));
          }
          t++;
        }
      }
    }

    void run(float[] padded, float[] w, int wo, float[] result, int to, Scratch scratch) {
      if (numbers.length == 0) {
        Arrays.fill(result, to, to + run, 0f);
        return;
      }
      float[] weights = scratch.floats(Scratch.Use.TAPS, numbers.length);
      for (int r = 0; r < offsets.length; r++) {
        for (int t = 0; t < numbers.length; t++) {
          weights[t] = w[wo + r * taps + numbers[t]];
        }
        slide(padded, offsets[r], weights, 0, result, to, run, r > 0);
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
          float[] spread = scratch.floats(Scratch.Use.PLANE, layout.room);
          float[] result = scratch.floats(Scratch.Use.PLANE_RESULT, layout.wholeRun + Loops.SLACK);
          double[] sums = scratch.doubles(taps * multiplier);
          Arrays.fill(sums, 0, taps * multiplier, 0);
          for (int image = 0; image < images; image++) {
            int plane = image * channels + channel;
            layout.fill(loops, scratch, x, xo + plane * inputs, 0f, spread);
            for (int r = 0; r < multiplier; r++) {
              int from = yo + (plane * multiplier + r) * outputs;
              // Zeros between the rows and after them meet what the layout leaves unused there.
              int width = columns.outputs();
              loops.spreadRows(y, from, width, width, rows.outputs(), 0f, result, 0, layout.pitch);
              Arrays.fill(result, layout.run, layout.wholeRun, 0f);
              addDots(spread, layout, result, sums, r * taps);
            }
          }
          for (int t = 0; t < taps * multiplier; t++) {
            w[wo + channel * multiplier * taps + t] = (float) sums[t];
          }
        });
  }

  private void addDots(float[] spread, SpreadPlane layout, float[] result, double[] sums, int so) {
    int taps = layout.offsets.length;
    for (int from = 0; from < layout.wholeRun; from += CHUNK) {
      int count = Math.min(CHUNK, layout.wholeRun - from);
      loops.correlateDots(spread, from, layout.offsets, 0, taps, result, from, count, sums, so);
    }
  }
}
