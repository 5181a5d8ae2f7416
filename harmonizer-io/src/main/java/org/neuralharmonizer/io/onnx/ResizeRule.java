package org.neuralharmonizer.io.onnx;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * {@code Resize} and its forerunner {@code Upsample}: along each axis a product with weights, which
 * say what a resized element is made of.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Resize.html">ONNX, Resize</a>
 */
final class ResizeRule {
  static final Map<String, Rule> RULES =
      Map.of("Resize", Rule.one(ResizeRule::resize), "Upsample", Rule.one(ResizeRule::resize));

  private static final int BY_SCALES_ALONE = 11;

  /** Half the width of what a linear and a cubic kernel reach. */
  private static final int LINEAR = 1;

  private static final int CUBIC = 2;

  private final OnnxNode node;
  private final String mode;
  private final String transformation;

  private ResizeRule(OnnxNode node, String transformation) {
    this.node = node;
    this.mode = node.text("mode", "nearest");
    this.transformation = transformation;
  }

  /**
   * One axis that is resized.
   *
   * @param source elements before
   * @param scale elements after over those before, before rounding
   * @param target elements after
   * @param from where the region of interest begins and
   * @param to ends, as shares of the axis
   */
  private record Axis(int source, double scale, int target, double from, double to) {
    double length() {
      return scale * source;
    }
  }

  private static Expr resize(Call call) {
    OnnxNode node = call.node();
    boolean isOld = call.version() < BY_SCALES_ALONE;
    ResizeRule rule =
        new ResizeRule(
            node, isOld ? "asymmetric" : node.text("coordinate_transformation_mode", "half_pixel"));
    Shape shape = call.shape(0);
    int[] axes =
        node.has("axes")
            ? call.axes(node.integers("axes"), shape.rank())
            : IntStream.range(0, shape.rank()).toArray();
    Axis[] plan = plan(call, isOld, axes);
    Expr x = call.x(0);
    for (int i = 0; i < axes.length; i++) {
      boolean isWhole = plan[i].from() == 0 && plan[i].to() == 1;
      if (plan[i].scale() != 1 || plan[i].target() != plan[i].source() || !isWhole) {
        x = rule.along(x, axes[i], plan[i]);
      }
    }
    return x;
  }

  private static Axis[] plan(Call call, boolean isOld, int... axes) {
    OnnxNode node = call.node();
    Shape shape = call.shape(0);
    double[] region = !isOld && call.has(1) ? call.numbers(1) : new double[0];
    boolean hasRegion = region.length == 2 * axes.length;
    double[] scales = scales(call, isOld);
    int[] sizes = scales.length == 0 ? call.integers(3) : new int[0];
    if (Math.max(scales.length, sizes.length) != axes.length) {
      throw new UnsupportedNodeException(
          "it names %d extents of %d axes"
              .formatted(Math.max(scales.length, sizes.length), axes.length));
    }
    double[] wanted = scales.length > 0 ? scales : new double[axes.length];
    for (int i = 0; i < sizes.length; i++) {
      wanted[i] = (double) sizes[i] / shape.extent(axes[i]);
    }
    String policy = node.text("keep_aspect_ratio_policy", "stretch");
    if (sizes.length > 0 && !policy.equals("stretch")) {
      double one =
          policy.equals("not_larger")
              ? Arrays.stream(wanted).min().orElse(1)
              : Arrays.stream(wanted).max().orElse(1);
      Arrays.fill(wanted, one);
      Arrays.setAll(sizes, i -> (int) (one * shape.extent(axes[i]) + 0.5));
    }
    Axis[] plan = new Axis[axes.length];
    for (int i = 0; i < axes.length; i++) {
      int source = shape.extent(axes[i]);
      plan[i] =
          new Axis(
              source,
              wanted[i],
              sizes.length > 0 ? sizes[i] : (int) Math.floor(source * wanted[i]),
              hasRegion ? region[i] : 0,
              hasRegion ? region[axes.length + i] : 1);
    }
    return plan;
  }

  /** Empty if sizes are given instead. */
  private static double[] scales(Call call, boolean isOld) {
    if (isOld) {
      return call.has(1) ? call.numbers(1) : call.node().numbers("scales");
    }
    return call.has(2) ? call.numbers(2) : new double[0];
  }

  /** The weights times the axis, which is brought inside for it. */
  private Expr along(Expr x, int axis, Axis plan) {
    int rank = x.shape().rank();
    int[] swapped = IntStream.range(0, rank).toArray();
    swapped[axis] = rank - 1;
    swapped[rank - 1] = axis;
    Folding.requireSmall((double) plan.target() * plan.source());
    float[] weights = new float[plan.target() * plan.source()];
    float[] constant = new float[plan.target()];
    for (int i = 0; i < plan.target(); i++) {
      double centre = centre(plan, i);
      boolean isOutside =
          transformation.equals("tf_crop_and_resize") && (centre < 0 || centre > plan.source() - 1);
      if (isOutside) {
        constant[i] = (float) node.number("extrapolation_value", 0);
      } else {
        weigh(plan, centre, weights, i * plan.source());
      }
    }
    Expr inner = x.permute(swapped);
    Expr rows = inner.reshape(inner.shape().size() / plan.source(), plan.source());
    Tensor matrix = Tensor.adopt(Shape.of(plan.target(), plan.source()), weights);
    Expr resized = rows.matmulTransposed(Expr.constant(matrix));
    Tensor outside = Tensor.adopt(Shape.of(plan.target()), constant);
    if (!outside.equals(Tensor.zeros(outside.shape()))) {
      resized = resized.plus(Expr.constant(outside));
    }
    return resized.reshape(inner.shape().with(-1, plan.target())).permute(swapped);
  }

  /** The place in the source that an element of the target stands for. */
  private double centre(Axis axis, int i) {
    double scale = axis.scale();
    double length = axis.length();
    return switch (transformation) {
      case "half_pixel" -> (i + 0.5) / scale - 0.5;
      case "pytorch_half_pixel" -> length == 1 ? -0.5 : (i + 0.5) / scale - 0.5;
      case "half_pixel_symmetric" ->
          axis.source() / 2.0 * (1 - axis.target() / length) + (i + 0.5) / scale - 0.5;
      case "asymmetric" -> i / scale;
      case "align_corners" -> length == 1 ? 0 : i * (axis.source() - 1) / (length - 1);
      case "tf_crop_and_resize" -> {
        double last = axis.source() - 1;
        double within =
            length == 1
                ? (axis.to() - axis.from()) * last / 2
                : i * (axis.to() - axis.from()) * last / (length - 1);
        yield axis.from() * last + within;
      }
      default ->
          throw new UnsupportedNodeException(
              "it transforms coordinates by \"" + transformation + "\"");
    };
  }

  private void weigh(Axis axis, double centre, float[] weights, int offset) {
    switch (mode) {
      case "nearest" -> weights[offset + within(axis, nearest(centre))] = 1;
      case "linear" -> weigh(axis, centre, LINEAR, x -> 1 - x, weights, offset);
      case "cubic" -> weigh(axis, centre, CUBIC, this::cubic, weights, offset);
      default -> throw new UnsupportedNodeException("it resizes by \"" + mode + "\"");
    }
  }

  private static int within(Axis axis, double position) {
    return (int) Math.max(0, Math.min(axis.source() - 1, position));
  }

  private double nearest(double centre) {
    String rule =
        node.version() < BY_SCALES_ALONE
            ? "floor"
            : node.text("nearest_mode", "round_prefer_floor");
    return switch (rule) {
      case "round_prefer_floor" -> Math.ceil(centre - 0.5);
      case "round_prefer_ceil" -> Math.floor(centre + 0.5);
      case "floor" -> Math.floor(centre);
      case "ceil" -> Math.ceil(centre);
      default -> throw new UnsupportedNodeException("it rounds by \"" + rule + "\"");
    };
  }

  /** Keys' kernel at a distance. */
  private double cubic(double x) {
    double a = node.number("cubic_coeff_a", -0.75);
    return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  }

  /** Positions beyond the ends count as the end, or not at all. */
  private void weigh(
      Axis axis,
      double centre,
      int reach,
      DoubleUnaryOperator kernel,
      float[] weights,
      int offset) {
    boolean isSmoothed = node.flag("antialias");
    double narrowing = isSmoothed ? Math.min(axis.scale(), 1) : 1;
    int first = (int) Math.floor(centre - reach / narrowing);
    int last = (int) Math.ceil(centre + reach / narrowing);
    double[] sums = new double[axis.source()];
    double total = 0;
    for (int position = first; position <= last; position++) {
      double distance = Math.abs(position - centre) * narrowing;
      boolean isOutside = position < 0 || position >= axis.source();
      if (distance < reach && !(isOutside && node.flag("exclude_outside"))) {
        double weight = kernel.applyAsDouble(distance);
        sums[within(axis, position)] += weight;
        total += weight;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      weights[offset + i] = (float) (sums[i] / total);
    }
  }
}
