package org.neuralharmonizer.cuda;

import java.util.List;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;

/**
 * The convolution trio: depthwise by own kernels, everything else by the vendor's library, which
 * pads alike on both sides; where that does not do, operands are padded before, or cut after.
 */
final class Convolutions {

  /** Rows that a thread of a depthwise convolution computes. */
  private static final int STRIP = 4;

  /** Positions that a thread adds up in single precision, at most. */
  private static final int LONGEST_SUM = 64;

  private final ProductPrecision precision;

  Convolutions(ProductPrecision precision) {
    this.precision = precision;
  }

  /** What a member of the trio works on; the operand that is computed included. */
  record Operands(int images, int channels, int filters, Location x, Location w, Location y) {

    /** The format that a library computes in: a narrow one if an image is kept in it. */
    Format format() {
      return x.format() == Format.BFLOAT16 ? x.format() : y.format();
    }
  }

  List<Work> works(ConvolutionTask.Member member, ConvGeometry geometry, Operands operands) {
    boolean depthwise =
        operands.channels == geometry.groups() && operands.filters >= operands.channels;
    if (depthwise) {
      return depthwise(member, geometry, operands);
    }
    boolean patches =
        geometry.groups() == 1 && isPatchwise(geometry.rows()) && isPatchwise(geometry.columns());
    return patches
        ? new PatchProducts(geometry, operands, precision).works(member)
        : library(member, geometry, operands);
  }

  /** Whether windows lie side by side and leave nothing out. */
  private static boolean isPatchwise(WindowAxis axis) {
    return axis.kernel() > 1
        && axis.kernel() == axis.stride()
        && axis.dilation() == 1
        && axis.before() == 0
        && axis.outputs() * axis.stride() == axis.extent();
  }

  private static List<Work> depthwise(
      ConvolutionTask.Member member, ConvGeometry convolution, Operands operands) {
    int multiplier = operands.filters / operands.channels;
    WindowAxis rows = convolution.rows();
    WindowAxis columns = convolution.columns();
    Geometry geometry =
        new Geometry()
            .count("images", operands.images)
            .count("channels", operands.channels)
            .number("multiplier", multiplier);
    int planes = operands.images * operands.channels;
    int strips = (rows.outputs() + STRIP - 1) / STRIP;
    switch (member) {
      case OUTPUT -> {
        geometry.number("strip", STRIP).window(convolution.window());
        int threads = planes * multiplier * strips * columns.outputs();
        return List.of(
            Work.Launch.ofTemplate(
                "depthwise_output",
                "const float* x, const float* w, float* y",
                geometry,
                FusedSource.blocks(threads),
                List.of(operands.x, operands.w, operands.y),
                0));
      }
      case INPUT -> {
        int strip = rows.stride() == 1 ? STRIP : 1;
        geometry.number("strip", strip).window(convolution.window());
        int high = strip * rows.stride();
        int down = (rows.extent() + high - 1) / high;
        int across = (columns.extent() + columns.stride() - 1) / columns.stride();
        return List.of(
            Work.Launch.ofTemplate(
                "depthwise_input",
                "const float* y, const float* w, float* x",
                geometry,
                FusedSource.blocks(planes * down * across),
                List.of(operands.y, operands.w, operands.x),
                0));
      }
      case FILTER -> {
        int positions = operands.images * strips * columns.outputs();
        int share = KernelSource.THREADS * LONGEST_SUM / STRIP;
        int parts = (positions + share - 1) / share;
        geometry.count("parts", parts).number("strip", STRIP).window(convolution.window());
        int sums = operands.filters * convolution.window().taps();
        return List.of(
            Work.Launch.ofTemplate(
                "depthwise_filter",
                "const float* x, const float* y, double* parts",
                geometry,
                operands.filters * parts,
                List.of(operands.x, operands.y, Location.SCRATCH),
                (long) parts * sums * Double.BYTES),
            Sums.finish(parts, sums, 1, Location.SCRATCH, operands.w));
      }
    }
    throw new AssertionError(member);
  }

  private List<Work> library(
      ConvolutionTask.Member member, ConvGeometry geometry, Operands operands) {
    WindowAxis rows = geometry.rows();
    WindowAxis columns = geometry.columns();
    boolean even = isEven(rows) && isEven(columns);
    int height = rows.extent() + (even ? 0 : rows.before() + rows.after());
    int width = columns.extent() + (even ? 0 : columns.before() + columns.after());
    ConvolutionTask task = task(member, geometry, operands, height, width, even);
    SameFormat call = new SameFormat(operands.format(), 0);
    int planes = operands.images * operands.channels;
    Location x;
    if (even) {
      int values = planes * height * width;
      x = call.place(operands.x, values, member == ConvolutionTask.Member.INPUT);
    } else {
      int[] extents = {planes, rows.extent(), columns.extent()};
      int[] own = {rows.extent() * columns.extent(), columns.extent(), 1};
      int[] wide = {height * width, width, 1};
      int first = rows.before() * width + columns.before();
      x = call.room((long) planes * height * width);
      if (member == ConvolutionTask.Member.INPUT) {
        call.after(Movements.copy(extents, x, first, wide, operands.x, 0, own));
      } else {
        call.before(new Work.Clear(x, (long) planes * height * width * x.format().bytes()));
        call.before(Movements.copy(extents, operands.x, 0, own, x, first, wide));
      }
    }
    int taps = geometry.window().taps();
    int weights = operands.filters * (operands.channels / geometry.groups()) * taps;
    Location w = call.place(operands.w, weights, member == ConvolutionTask.Member.FILTER);
    int windows = operands.images * operands.filters * rows.outputs() * columns.outputs();
    Location y = call.place(operands.y, windows, member == ConvolutionTask.Member.OUTPUT);
    return call.around(
        switch (member) {
          case OUTPUT -> new Work.Convolve(task, x, w, y, call.taken());
          case INPUT -> new Work.Convolve(task, y, w, x, call.taken());
          case FILTER -> new Work.Convolve(task, x, y, w, call.taken());
        });
  }

  /** Whether padding after an axis as much as before it makes as many windows. */
  static boolean isEven(WindowAxis axis) {
    int reach = (axis.kernel() - 1) * axis.dilation() + 1;
    int padded = axis.extent() + 2 * axis.before();
    return padded >= reach && (padded - reach) / axis.stride() + 1 == axis.outputs();
  }

  private ConvolutionTask task(
      ConvolutionTask.Member member,
      ConvGeometry geometry,
      Operands operands,
      int height,
      int width,
      boolean padded) {
    return new ConvolutionTask(
        member,
        operands.images,
        operands.channels,
        operands.filters,
        geometry.groups(),
        height,
        width,
        axis(geometry.rows(), padded),
        axis(geometry.columns(), padded),
        precision,
        operands.format());
  }

  private static ConvolutionTask.Axis axis(WindowAxis axis, boolean padded) {
    return new ConvolutionTask.Axis(
        axis.kernel(), axis.stride(), axis.dilation(), padded ? axis.before() : 0, axis.outputs());
  }
}
