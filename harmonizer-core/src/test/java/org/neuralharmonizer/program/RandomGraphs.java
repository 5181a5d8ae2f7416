package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Draws expression graphs that mix all families of primitives. Decisions (steps, comparisons,
 * arg-max) are taken on inputs only, whose values are the same in every precision; elsewhere
 * rounding could flip them. Products pass through tanh, so values stay near 1.
 */
public final class RandomGraphs {
  private static final int OPERATIONS = 40;

  private final SeededRandom random;
  private final List<Expr> inputs = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final List<Expr> pool = new ArrayList<>();

  /** Draws a graph. */
  public RandomGraphs(long seed) {
    random = SeededRandom.of(seed);
    for (int i = 0; i < 4; i++) {
      fresh(Shape.of(extent(3), extent(4), 3 + extent(6), 3 + extent(6)));
    }
    for (int i = 0; i < OPERATIONS; i++) {
      pool.add(operation());
    }
  }

  public List<Expr> inputs() {
    return inputs;
  }

  /** A value for each input. */
  public List<Tensor> values() {
    return values;
  }

  /** Some results, and a scalar that depends on many. */
  public List<Expr> outputs() {
    List<Expr> outputs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      outputs.add(pool.get(pool.size() - 1 - random.nextInt(OPERATIONS)));
    }
    outputs.add(scalar());
    return outputs;
  }

  /** A scalar that depends on many of the results, drawn anew at every call. */
  public Expr scalar() {
    Expr sum = Expr.literal(0);
    for (int i = 0; i < 12; i++) {
      sum = sum.plus(any().mean());
    }
    return sum;
  }

  private int extent(int most) {
    return 1 + random.nextInt(most);
  }

  private Expr any() {
    return pool.get(random.nextInt(pool.size()));
  }

  private Expr fresh(Shape shape) {
    Expr input = Expr.input("input" + inputs.size(), shape);
    inputs.add(input);
    values.add(Tensor.generate(shape, i -> random.nextDouble(-1, 1)));
    pool.add(input);
    return input;
  }

  /** An expression to combine with another: of the same shape, or one that repeats to it. */
  private Expr partner(Expr x) {
    for (int i = 0; i < 8; i++) {
      Expr other = any();
      if (other.shape().equals(x.shape()) && random.nextInt(3) > 0) {
        return other;
      }
    }
    int[] extents = x.shape().extents();
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = random.nextInt(2) == 0 ? extents[axis] : 1;
    }
    return fresh(Shape.of(extents));
  }

  private Expr images() {
    List<Expr> found = pool.stream().filter(each -> each.shape().rank() == 4).toList();
    return found.get(random.nextInt(found.size()));
  }

  private Expr operation() {
    List<Supplier<Expr>> families =
        List.of(
            this::elementwise,
            this::elementwise,
            this::binary,
            this::binary,
            this::choice,
            this::reduction,
            this::movement,
            this::contraction,
            this::convolution,
            this::window);
    return families.get(random.nextInt(families.size())).get();
  }

  private Expr elementwise() {
    Expr x = any();
    return switch (random.nextInt(10)) {
      case 0 -> x.tanh();
      case 1 -> x.tanh().exp();
      case 2 -> x.erf();
      case 3 -> x.squared().plus(1).log();
      case 4 -> x.squared().plus(0.5).sqrt();
      case 5 -> x.squared().plus(1).reciprocal();
      case 6 -> x.squared().plus(1).power(-1.5);
      case 7 -> x.times(-0.7).plus(0.25);
      case 8 -> Functions.sigmoid(x);
      default -> Functions.gelu(x).tanh();
    };
  }

  private Expr binary() {
    Expr x = any();
    Expr y = partner(x);
    return switch (random.nextInt(3)) {
      case 0 -> x.plus(y).tanh();
      case 1 -> x.times(y).tanh();
      default -> x.minus(y).tanh();
    };
  }

  private Expr choice() {
    Expr x = any();
    Expr condition = fresh(x.shape());
    return switch (random.nextInt(4)) {
      case 0 -> x.times(condition.step());
      case 1 -> Functions.select(condition.step(), x, partner(x).broadcastTo(x.shape()));
      case 2 -> x.times(condition.sign()).plus(condition.greater(fresh(x.shape())));
      default -> Functions.relu(condition).times(x).tanh();
    };
  }

  private Expr reduction() {
    Expr x = any();
    if (x.shape().rank() == 0) {
      return x.times(0.5);
    }
    int axis = random.nextInt(x.shape().rank());
    int other = random.nextInt(x.shape().rank());
    Expr mean = axis == other ? x.meanKeeping(axis) : x.meanKeeping(axis, other);
    return random.nextInt(2) == 0 ? x.minus(mean).tanh() : mean;
  }

  private Expr movement() {
    Expr x = images();
    int[] extents = x.shape().extents();
    return switch (random.nextInt(6)) {
      case 0 -> x.permute(random.permutation(4));
      case 1 -> Functions.pad(x, new int[] {0, 1, 0, 2}, new int[] {1, 0, 2, 0});
      case 2 ->
          x.slice(
              Span.all(extents[0]),
              Span.range(extents[1] / 2, extents[1]),
              new Span(0, 2, (extents[2] + 1) / 2),
              Span.all(extents[3]));
      case 3 -> Functions.concat(1, x, x.times(0.5), fresh(x.shape()));
      case 4 -> x.reshape(extents[0] * extents[1], extents[2] * extents[3]);
      default -> {
        Expr rows = x.reshape(extents[0] * extents[1], 1, extents[2], extents[3]);
        int count = rows.shape().extent(0);
        Tensor index = Tensor.generate(Shape.of(3), i -> random.nextInt(count));
        yield Expr.of(new Movement.GatherRows(), rows, Expr.constant(index));
      }
    };
  }

  private Expr contraction() {
    Expr x = images();
    int[] extents = x.shape().extents();
    Expr y = fresh(Shape.of(extents[0], extents[1], extent(5), extents[3]));
    return x.matmulTransposed(y).times(0.3).tanh();
  }

  private Expr convolution() {
    Expr x = images();
    int[] extents = x.shape().extents();
    int kernel = 1 + random.nextInt(3);
    WindowGeometry window = geometry(extents, kernel);
    int groups = random.nextInt(3) == 0 ? extents[1] : 1;
    ConvGeometry geometry = new ConvGeometry(window, groups);
    Expr filter = fresh(Shape.of(groups * extent(3), extents[1] / groups, kernel, kernel));
    Expr y = Functions.conv2d(x, filter, geometry).times(0.3).tanh();
    return switch (random.nextInt(3)) {
      case 0 -> y;
      case 1 -> Expr.of(new Convolution.Conv2dInput(geometry), y, filter).times(0.2).tanh();
      default -> Expr.of(new Convolution.Conv2dFilter(geometry), x, y).times(0.1).tanh();
    };
  }

  private Expr window() {
    Expr x = images();
    int[] extents = x.shape().extents();
    WindowGeometry window = geometry(extents, 2);
    return switch (random.nextInt(3)) {
      case 0 -> Functions.averagePool(x, window, Functions.PaddingCount.EXCLUDED);
      case 1 ->
          Expr.of(
              new Windowing.WindowSpread(window),
              Functions.averagePool(x, window, Functions.PaddingCount.INCLUDED));
      default -> {
        Expr decided = fresh(x.shape());
        Expr taps = Expr.of(new Windowing.ArgMaxWindow(window), decided);
        yield Expr.of(new Windowing.GatherWindow(window), x, taps);
      }
    };
  }

  private WindowGeometry geometry(int[] extents, int kernel) {
    return new WindowGeometry(axis(extents[2], kernel), axis(extents[3], kernel));
  }

  private WindowAxis axis(int extent, int kernel) {
    int stride = 1 + random.nextInt(2);
    return random.nextInt(2) == 0 || extent < kernel
        ? WindowAxis.same(extent, kernel, stride)
        : WindowAxis.padded(extent, kernel, stride, random.nextInt(2), random.nextInt(2));
  }
}
