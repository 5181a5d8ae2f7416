package org.neuralharmonizer.cpu;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.ShareExchange;
import org.neuralharmonizer.backend.ShortConvolution;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;

/** Binds steps to kernels and to the places of their operands. */
final class Binder {
  private final Places memory;
  private final Workers workers;
  private final Loops loops;
  private final Gemm gemm;
  private final Convolutions convolutions;
  private final Windows windows;
  private final Movements movements;
  private final Kernels kernels;
  private final ShortConvolution shortConvolution;

  /** One for each thread, for what passes between the steps of a sliced one. */
  private final float[][] arenas;

  private final @Nullable ShareExchange exchange;

  Binder(
      Places memory,
      Workers workers,
      Kernels kernels,
      ShortConvolution shortConvolution,
      float[][] arenas,
      @Nullable ShareExchange exchange) {
    this.memory = memory;
    this.workers = workers;
    this.kernels = kernels;
    this.shortConvolution = shortConvolution;
    this.arenas = arenas;
    this.exchange = exchange;
    this.loops = kernels.loops();
    this.gemm = new Gemm(workers, loops);
    this.convolutions = new Convolutions(workers, kernels, shortConvolution);
    this.windows = new Windows(workers, loops);
    this.movements = new Movements(workers, loops);
  }

  Kernel bind(Step step) {
    if (step instanceof Step.Fused fused) {
      return new LoopKernel(fused, memory, workers, loops);
    }
    return step instanceof Step.Sliced sliced ? bind(sliced) : bind((Step.Apply) step);
  }

  /** Every position has kernels of its own; positions with the same arena follow each other. */
  private Kernel bind(Step.Sliced step) {
    Kernel[][] positions = new Kernel[step.count()][];
    for (int i = 0; i < positions.length; i++) {
      Places places = new SlicePlaces(step, i, memory, arenas[i % arenas.length]);
      Binder binder = new Binder(places, workers, kernels, shortConvolution, arenas, exchange);
      positions[i] = step.body().stream().map(binder::bind).toArray(Kernel[]::new);
    }
    IntConsumer share =
        arena -> {
          for (int i = arena; i < positions.length; i += arenas.length) {
            for (Kernel kernel : positions[i]) {
              kernel.run();
            }
          }
        };
    return () -> workers.forEach(Math.min(arenas.length, positions.length), share);
  }

  /** Arenas for all sliced steps of a program: they do not run at the same time. */
  static float[][] arenas(Program program, int threads) {
    return new float[threads][(int) (arenaBytes(program) / Float.BYTES)];
  }

  /** What each thread needs of its own. */
  static long arenaBytes(Program program) {
    long bytes = 0;
    for (Step step : program.steps()) {
      if (step instanceof Step.Sliced sliced) {
        bytes = Math.max(bytes, sliced.arena().bytes());
      }
    }
    return bytes;
  }

  private Kernel bind(Step.Apply step) {
    return switch (step.primitive().code()) {
      case INPUT, LITERAL, CONSTANT, RESHAPE -> throw new AssertionError("not a step: " + step);
      case EXP,
          LOG,
          SQRT,
          RECIPROCAL,
          TANH,
          ERF,
          POWER,
          ADD,
          SCALE,
          SELECT,
          MULTIPLY,
          STEP,
          SIGN,
          GREATER,
          EQUAL ->
          elementwise(step);
      case DETACH -> throw new AssertionError("compiled away: " + step);
      case SUM -> sum(step);
      case SHARE_SUM -> shareSum(step);
      case BROADCAST -> broadcast(step);
      case PERMUTE, PAD, SLICE, CONCAT, GATHER_ROWS, SCATTER_ROWS -> movement(step);
      case GATHER_WINDOW, SCATTER_WINDOW, WINDOW_SUM, WINDOW_SPREAD, ARG_MAX_WINDOW -> window(step);
      case MATMUL -> matmul(step);
      case CONV2D, CONV2D_INPUT, CONV2D_FILTER -> convolution(step);
      case ARG_MAX -> argMax(step);
    };
  }

  /** An elementwise step of an unfused program: a loop of one instruction. */
  private Kernel elementwise(Step.Apply step) {
    Step.Fused fused = new Step.Fused(Loop.of(step), step.inputs(), List.of(step.output()));
    return new LoopKernel(fused, memory, workers, loops);
  }

  private Kernel sum(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place y = place(step.output());
    int[] extents = x.shape.extents();
    boolean[] summed = new boolean[extents.length];
    ((Reduction.Sum) step.primitive()).axes().forEach(axis -> summed[axis] = true);
    Sums sums = new Sums(workers, loops);
    return sums.sum(extents, summed, x.array, x.offset, y.array, y.offset);
  }

  private Kernel shareSum(Step.Apply step) {
    if (exchange == null) {
      throw new IllegalArgumentException(
          "cpu: the program adds up over the shares of a batch — load it with an exchange");
    }
    ShareExchange used = exchange;
    Place x = place(step.inputs().get(0));
    Place y = place(step.output());
    int size = x.shape.size();
    return () -> {
      float[] sums = used.sum(Arrays.copyOfRange(x.array, x.offset, x.offset + size));
      System.arraycopy(sums, 0, y.array, y.offset, size);
    };
  }

  private Kernel broadcast(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place y = place(step.output());
    int added = y.shape.rank() - x.shape.rank();
    int[] own = x.shape.strides();
    int[] strides = new int[y.shape.rank()];
    for (int axis = added; axis < strides.length; axis++) {
      strides[axis] = x.shape.extent(axis - added) == 1 ? 0 : own[axis - added];
    }
    int[] target = y.shape.extents();
    return movements.expand(target, x.array, x.offset, strides, y.array, y.offset);
  }

  private Kernel movement(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place y = place(step.output());
    int[] source = x.shape.extents();
    int[] target = y.shape.extents();
    Primitive primitive = step.primitive();
    if (primitive instanceof Movement.Permute permute) {
      int[] order = permute.order().stream().mapToInt(Integer::intValue).toArray();
      return movements.permute(source, order, x.array, x.offset, y.array, y.offset);
    }
    if (primitive instanceof Movement.Slice slice) {
      int[] starts = slice.spans().stream().mapToInt(Span::start).toArray();
      int[] steps = slice.spans().stream().mapToInt(Span::step).toArray();
      return movements.slice(source, starts, steps, target, x.array, x.offset, y.array, y.offset);
    }
    if (primitive instanceof Movement.Pad pad) {
      int[] starts = pad.spans().stream().mapToInt(Span::start).toArray();
      int[] steps = pad.spans().stream().mapToInt(Span::step).toArray();
      return movements.pad(source, starts, steps, target, x.array, x.offset, y.array, y.offset);
    }
    return primitive instanceof Movement.Concat concat ? concat(step, concat.axis()) : rows(step);
  }

  private Kernel concat(Step.Apply step, int axis) {
    Place y = place(step.output());
    int stride = y.shape.size() / outer(y.shape, axis);
    Kernel[] parts = new Kernel[step.inputs().size()];
    int start = 0;
    for (int i = 0; i < parts.length; i++) {
      Place x = place(step.inputs().get(i));
      int rows = outer(x.shape, axis);
      int columns = x.shape.size() / rows;
      parts[i] =
          movements.copyRows(
              rows, columns, x.array, x.offset, columns, y.array, y.offset + start, stride);
      start += columns;
    }
    return Kernel.sequence(parts);
  }

  private static int outer(Shape shape, int axis) {
    int rows = 1;
    for (int i = 0; i < axis; i++) {
      rows *= shape.extent(i);
    }
    return rows;
  }

  private Kernel rows(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place index = place(step.inputs().get(1));
    Place y = place(step.output());
    int row = y.shape.inner().size();
    int count = index.shape.size();
    if (step.primitive() instanceof Movement.GatherRows) {
      int rows = x.shape.extent(0);
      return movements.gatherRows(
          rows, row, x.array, x.offset, index.array, index.offset, count, y.array, y.offset);
    }
    int rows = y.shape.extent(0);
    return movements.scatterRows(
        rows, row, x.array, x.offset, index.array, index.offset, count, y.array, y.offset);
  }

  private Kernel window(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place y = place(step.output());
    int planes = x.shape.extent(0) * x.shape.extent(1);
    Primitive primitive = step.primitive();
    if (primitive instanceof Windowing.WindowSum sum) {
      return windows.windowSum(x.array, x.offset, y.array, y.offset, planes, sum.geometry());
    }
    if (primitive instanceof Windowing.WindowSpread spread) {
      return windows.windowSpread(x.array, x.offset, y.array, y.offset, planes, spread.geometry());
    }
    if (primitive instanceof Windowing.ArgMaxWindow max) {
      return windows.argMaxWindow(x.array, x.offset, y.array, y.offset, planes, max.geometry());
    }
    Place taps = place(step.inputs().get(1));
    if (primitive instanceof Windowing.GatherWindow gather) {
      return windows.gatherWindow(
          x.array, x.offset, taps.array, taps.offset, y.array, y.offset, planes, gather.geometry());
    }
    Windowing.ScatterWindow scatter = (Windowing.ScatterWindow) primitive;
    return windows.scatterWindow(
        x.array, x.offset, taps.array, taps.offset, y.array, y.offset, planes, scatter.geometry());
  }

  private Kernel matmul(Step.Apply step) {
    Contraction.MatMul matmul = (Contraction.MatMul) step.primitive();
    Place a = place(step.inputs().get(0));
    Place b = place(step.inputs().get(1));
    Place c = place(step.output());
    int m = c.shape.extent(-2);
    int n = c.shape.extent(-1);
    boolean swapA = matmul.left() == Contraction.Reading.TRANSPOSED;
    boolean swapB = matmul.right() == Contraction.Reading.TRANSPOSED;
    int depth = a.shape.extent(swapA ? -2 : -1);
    int wideA = a.shape.extent(-1);
    int wideB = b.shape.extent(-1);
    int batches = c.shape.size() / Math.max(1, m * n);
    if (batches == 1) {
      return gemm.multiply(
          m, n, depth, a.array, a.offset, wideA, swapA, b.array, b.offset, wideB, swapB, c.array,
          c.offset, n, false);
    }
    return gemm.multiplyAll(
        batches, m, n, depth, a.array, a.offset, m * depth, wideA, swapA, b.array, b.offset,
        depth * n, wideB, swapB, c.array, c.offset, m * n, n);
  }

  private Kernel convolution(Step.Apply step) {
    Place a = place(step.inputs().get(0));
    Place b = place(step.inputs().get(1));
    Place c = place(step.output());
    int images = a.shape.extent(0);
    Primitive primitive = step.primitive();
    if (primitive instanceof Convolution.Conv2d conv) {
      return convolutions.conv2d(
          a.array,
          a.offset,
          b.array,
          b.offset,
          c.array,
          c.offset,
          images,
          a.shape.extent(1),
          c.shape.extent(1),
          conv.geometry());
    }
    if (primitive instanceof Convolution.Conv2dInput conv) {
      return convolutions.conv2dInput(
          a.array,
          a.offset,
          b.array,
          b.offset,
          c.array,
          c.offset,
          images,
          c.shape.extent(1),
          a.shape.extent(1),
          conv.geometry());
    }
    Convolution.Conv2dFilter conv = (Convolution.Conv2dFilter) primitive;
    return convolutions.conv2dFilter(
        a.array,
        a.offset,
        b.array,
        b.offset,
        c.array,
        c.offset,
        images,
        a.shape.extent(1),
        b.shape.extent(1),
        conv.geometry());
  }

  private Kernel argMax(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place y = place(step.output());
    int row = x.shape.extent(-1);
    return () -> {
      for (int i = 0; i < y.shape.size(); i++) {
        y.array[y.offset + i] = loops.maxIndex(x.array, x.offset + i * row, row);
      }
    };
  }

  private Place place(Slot slot) {
    return new Place(memory.array(slot), memory.offset(slot), slot.shape());
  }

  /** A slot in memory. */
  private static final class Place {
    private final float[] array;
    private final int offset;
    private final Shape shape;

    Place(float[] array, int offset, Shape shape) {
      this.array = array;
      this.offset = offset;
      this.shape = shape;
    }
  }
}
