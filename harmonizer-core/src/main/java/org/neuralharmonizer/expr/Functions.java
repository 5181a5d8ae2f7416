package org.neuralharmonizer.expr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Functions composed of primitives. None has a derivative rule of its own: derivatives of every
 * order follow from the composition.
 */
public final class Functions {
  private static final double ROOT_HALF = Math.sqrt(0.5);
  private static final double GELU_TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double GELU_TANH_CUBE = 0.044715;

  private Functions() {}

  /** max(x, 0); its derivative at 0 is 0. */
  public static Expr relu(Expr x) {
    return x.times(x.step());
  }

  /** min(max(x, 0), 6). */
  public static Expr relu6(Expr x) {
    return minimum(relu(x), 6);
  }

  /** min(x, bound); the derivative where they are equal is that of x. */
  public static Expr minimum(Expr x, double bound) {
    Expr limit = Expr.filled(x.shape(), bound);
    return select(x.greater(limit), limit, x);
  }

  /** x where x &gt; 0, else slope · x. */
  public static Expr leakyRelu(Expr x, double slope) {
    return select(x.step(), x, x.times(slope));
  }

  /** x where x &gt; 0, else exp(x) − 1. */
  public static Expr elu(Expr x) {
    return select(x.step(), x, minimum(x, 0).exp().minus(1));
  }

  /** |x|; its derivative at 0 is 0. */
  public static Expr absolute(Expr x) {
    return x.times(x.sign());
  }

  /** The logistic function 1 / (1 + exp(−x)), as ½ + ½ tanh(x/2), which never overflows. */
  public static Expr sigmoid(Expr x) {
    return x.times(0.5).tanh().times(0.5).plus(0.5);
  }

  /** x · sigmoid(x), also called SiLU. */
  public static Expr swish(Expr x) {
    return x.times(sigmoid(x));
  }

  /** x · Φ(x) with the exact normal distribution function. */
  public static Expr gelu(Expr x) {
    return x.times(x.times(ROOT_HALF).erf().plus(1).times(0.5));
  }

  /** The tanh approximation of {@link #gelu}: ½x (1 + tanh(√(2/π) (x + 0.044715 x³))). */
  public static Expr geluTanh(Expr x) {
    Expr cube = x.squared().times(x).times(GELU_TANH_CUBE);
    return x.times(x.plus(cube).times(GELU_TANH_SCALE).tanh().plus(1).times(0.5));
  }

  /**
   * log(1 + exp x), as (x + |x|)/2 + log(1 + exp(−|x|)), which never overflows and whose derivative
   * at 0 is ½, as it should be.
   */
  public static Expr softplus(Expr x) {
    Expr size = absolute(x);
    return x.plus(size).times(0.5).plus(size.negated().exp().plus(1).log());
  }

  /** x · tanh(softplus(x)). */
  public static Expr mish(Expr x) {
    return x.times(softplus(x).tanh());
  }

  /** relu6(x + 3) / 6. */
  public static Expr hardSigmoid(Expr x) {
    return relu6(x.plus(3)).times(1.0 / 6);
  }

  /** x · relu6(x + 3) / 6. */
  public static Expr hardSwish(Expr x) {
    return x.times(hardSigmoid(x));
  }

  /** {@code a} where the condition is not 0, else {@code b}. */
  public static Expr select(Expr condition, Expr a, Expr b) {
    return Expr.of(new Arithmetic.Select(), condition, a, b);
  }

  /** Expressions one after another along an axis. */
  public static Expr concat(int axis, Expr... parts) {
    int counted = parts[0].shape().axis(axis);
    return parts.length == 1 ? parts[0] : Expr.of(new Movement.Concat(counted), parts);
  }

  /** Zeros added before and after along each axis. */
  public static Expr pad(Expr x, int[] before, int[] after) {
    List<Span> spans = new ArrayList<>();
    int[] extents = x.shape().extents();
    for (int axis = 0; axis < extents.length; axis++) {
      spans.add(new Span(before[axis], 1, extents[axis]));
      extents[axis] += before[axis] + after[axis];
    }
    return Expr.of(new Movement.Pad(spans, Shape.of(extents)), x);
  }

  /** Positions {@code from … to − 1} along one axis. */
  public static Expr slice(Expr x, int axis, int from, int to) {
    Span[] spans = Arrays.stream(x.shape().extents()).mapToObj(Span::all).toArray(Span[]::new);
    spans[x.shape().axis(axis)] = Span.range(from, to);
    return x.slice(spans);
  }

  /**
   * The largest element over axes, which stay with extent 1; the gradient goes to the first of
   * equals.
   */
  public static Expr maxKeeping(Expr x, int... axes) {
    int[] last = Arrays.stream(axes).map(x.shape()::axis).sorted().toArray();
    List<Integer> order = new ArrayList<>(Movement.Permute.identity(x.shape().rank()));
    Shape kept = x.shape();
    int row = 1;
    for (int axis : last) {
      order.remove((Integer) axis);
      row *= x.shape().extent(axis);
      kept = kept.with(axis, 1);
    }
    for (int axis : last) {
      order.add(axis);
    }
    Expr rows =
        x.permute(order.stream().mapToInt(Integer::intValue).toArray())
            .reshape(x.shape().size() / row, 1, 1, row);
    WindowGeometry whole =
        new WindowGeometry(WindowAxis.valid(1, 1, 1), WindowAxis.valid(row, row, 1));
    return maxPool(rows, whole).reshape(kept);
  }

  /** exp(x) / Σ exp(x) along an axis. */
  public static Expr softmax(Expr x, int axis) {
    Expr exponentials = x.minus(maxKeeping(x, axis).detached()).exp();
    return exponentials.dividedBy(exponentials.sumKeeping(axis));
  }

  /** log softmax along an axis. */
  public static Expr logSoftmax(Expr x, int axis) {
    Expr shifted = x.minus(maxKeeping(x, axis).detached());
    return shifted.minus(shifted.exp().sumKeeping(axis).log());
  }

  /** The population variance (divisor n) over axes, which stay with extent 1. */
  public static Expr varianceKeeping(Expr x, int... axes) {
    return x.minus(x.meanKeeping(axes)).squared().meanKeeping(axes);
  }

  /**
   * √x where x &gt; 0, else 0, with derivative 0 there instead of infinity: the standard deviation
   * of a constant map, and every derivative of it.
   */
  public static Expr guardedSqrt(Expr x) {
    Expr positive = x.step();
    Expr safe = select(positive, x, Expr.filled(x.shape(), 1));
    return select(positive, safe.sqrt(), Expr.zeros(x.shape()));
  }

  /** Convolution of N × C × H × W by a filter O × C/groups × h × w. */
  public static Expr conv2d(Expr x, Expr filter, ConvGeometry geometry) {
    return Expr.of(new Convolution.Conv2d(geometry), x, filter);
  }

  /** The largest element of each window; the gradient goes to the first of equals. */
  public static Expr maxPool(Expr x, WindowGeometry window) {
    Expr taps = Expr.of(new Windowing.ArgMaxWindow(window), x);
    return Expr.of(new Windowing.GatherWindow(window), x, taps);
  }

  /** What an average over a window that reaches into the padding divides by. */
  public enum PaddingCount {
    /** All taps: padding is averaged in as zeros. */
    INCLUDED,
    /** The taps inside the input only. */
    EXCLUDED
  }

  /**
   * The mean of each window.
   *
   * @throws ShapeException if padding is excluded and a window reads nothing else
   */
  public static Expr averagePool(Expr x, WindowGeometry window, PaddingCount padding) {
    Expr sum = Expr.of(new Windowing.WindowSum(window), x);
    if (padding == PaddingCount.INCLUDED) {
      return sum.times(1.0 / window.taps());
    }
    requireInput(window.rows(), "rows");
    requireInput(window.columns(), "columns");
    Shape one = Shape.of(1, 1, window.rows().extent(), window.columns().extent());
    Expr inside = Expr.of(new Windowing.WindowSum(window), Expr.filled(one, 1));
    return sum.dividedBy(inside);
  }

  private static void requireInput(WindowAxis axis, String name) {
    for (int output = 0; output < axis.outputs(); output++) {
      if (!axis.reachesInput(output)) {
        throw new ShapeException(
            "average pool: window %d along the %s lies wholly in the padding, which is excluded"
                    .formatted(output, name)
                + " (%s) — pad less, or include the padding".formatted(axis));
      }
    }
  }

  /** The mean over the two innermost axes: N × C × H × W to N × C. */
  public static Expr globalAverage(Expr x) {
    return x.mean(-2, -1);
  }

  /**
   * Bilinear resizing of the two innermost axes: half-pixel centres, edges repeated, no
   * antialiasing.
   */
  public static Expr resizeBilinear(Expr x, int height, int width) {
    if (x.shape().rank() < 2) {
      throw new ShapeException("resize: needs rows and columns, got shape " + x.shape());
    }
    return swapInner(resizeInner(swapInner(resizeInner(x, width)), height));
  }

  private static Expr resizeInner(Expr x, int target) {
    int source = x.shape().extent(-1);
    Expr weights = Expr.constant(bilinearWeights(source, target));
    Expr rows = x.reshape(x.shape().size() / source, source);
    return rows.matmulTransposed(weights).reshape(x.shape().with(-1, target));
  }

  private static Expr swapInner(Expr x) {
    int rank = x.shape().rank();
    int[] order = Movement.Permute.identity(rank).stream().mapToInt(Integer::intValue).toArray();
    order[rank - 1] = rank - 2;
    order[rank - 2] = rank - 1;
    return x.permute(order);
  }

  private static Tensor bilinearWeights(int source, int target) {
    float[] weights = new float[target * source];
    for (int i = 0; i < target; i++) {
      double centre = Math.max((i + 0.5) * source / target - 0.5, 0);
      int lower = Math.min((int) centre, source - 1);
      int upper = Math.min(lower + 1, source - 1);
      float share = (float) (centre - lower);
      weights[i * source + lower] += 1 - share;
      weights[i * source + upper] += share;
    }
    return Tensor.adopt(Shape.of(target, source), weights);
  }
}
