package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Elementwise;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;

/** Binds steps to kernels and to the places of their operands. */
final class Binder {
  private final Memory memory;
  private final Workers workers;
  private final Loops loops;
  private final Gemm gemm;
  private final Convolutions convolutions;
  private final Windows windows;

  Binder(Memory memory, Workers workers, Kernels kernels) {
    this.memory = memory;
    this.workers = workers;
    this.loops = kernels.loops();
    this.gemm = new Gemm(workers, loops);
    this.convolutions = new Convolutions(workers, loops);
    this.windows = new Windows(workers, loops);
  }

  Kernel bind(Step step) {
    if (step instanceof Step.Fused fused) {
      return new LoopKernel(fused, memory, workers, loops);
    }
    return bind((Step.Apply) step);
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
    Shape space = step.output().shape();
    List<Integer> whole = Arrays.stream(space.strides()).boxed().toList();
    List<Loop.Operand> operands =
        step.inputs().stream().map(input -> new Loop.Operand(whole)).toList();
    List<Integer> reads = IntStream.range(0, operands.size()).boxed().toList();
    Loop.Instruction instruction =
        new Loop.Instruction(step.primitive().code(), reads, attribute(step.primitive()));
    Loop loop = new Loop(space, operands, List.of(instruction), List.of(operands.size()));
    Step.Fused fused = new Step.Fused(loop, step.inputs(), List.of(step.output()));
    return new LoopKernel(fused, memory, workers, loops);
  }

  private static double attribute(Primitive primitive) {
    if (primitive instanceof Arithmetic.Scale scale) {
      return scale.factor();
    }
    return primitive instanceof Elementwise.Power power ? power.exponent() : 0;
  }

  private Kernel sum(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place y = place(step.output());
    List<Integer> axes = ((Reduction.Sum) step.primitive()).axes();
    Sums sums = new Sums(x.shape.extents(), axes, workers, loops);
    return () -> sums.run(x.array, x.offset, y.array, y.offset);
  }

  private Kernel broadcast(Step.Apply step) {
    Shape source = step.inputs().get(0).shape();
    Shape target = step.output().shape();
    int added = target.rank() - source.rank();
    int[] own = source.strides();
    int[] strides = new int[target.rank()];
    for (int axis = added; axis < strides.length; axis++) {
      strides[axis] = source.extent(axis - added) == 1 ? 0 : own[axis - added];
    }
    return copy(step, 0, target.extents(), 0, strides, 0, target.strides());
  }

  private Kernel movement(Step.Apply step) {
    Primitive primitive = step.primitive();
    if (primitive instanceof Movement.Permute permute) {
      int[] strides = step.inputs().get(0).shape().strides();
      int[] moved = permute.order().stream().mapToInt(axis -> strides[axis]).toArray();
      Shape shape = step.output().shape();
      return copy(step, 0, shape.extents(), 0, moved, 0, shape.strides());
    }
    if (primitive instanceof Movement.Slice slice) {
      int[] strides = step.inputs().get(0).shape().strides();
      Shape shape = step.output().shape();
      return copy(
          step,
          0,
          shape.extents(),
          start(slice.spans(), strides),
          steps(slice.spans(), strides),
          0,
          shape.strides());
    }
    if (primitive instanceof Movement.Pad pad) {
      int[] strides = step.output().shape().strides();
      Shape shape = step.inputs().get(0).shape();
      Place y = place(step.output());
      Kernel embed =
          copy(
              step,
              0,
              shape.extents(),
              0,
              shape.strides(),
              start(pad.spans(), strides),
              steps(pad.spans(), strides));
      return () -> {
        Arrays.fill(y.array, y.offset, y.offset + y.shape.size(), 0);
        embed.run();
      };
    }
    if (primitive instanceof Movement.Concat concat) {
      return concat(step, concat.axis());
    }
    return rows(step);
  }

  private Kernel concat(Step.Apply step, int axis) {
    int[] strides = step.output().shape().strides();
    List<Kernel> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < step.inputs().size(); i++) {
      Shape part = step.inputs().get(i).shape();
      parts.add(copy(step, i, part.extents(), 0, part.strides(), start * strides[axis], strides));
      start += part.extent(axis);
    }
    return () -> parts.forEach(Kernel::run);
  }

  private Kernel rows(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place index = place(step.inputs().get(1));
    Place y = place(step.output());
    int row = y.shape.inner().size();
    if (step.primitive() instanceof Movement.GatherRows) {
      return () -> {
        for (int i = 0; i < index.shape.size(); i++) {
          int source = row(step, index, i, x.shape.extent(0));
          System.arraycopy(x.array, x.offset + source * row, y.array, y.offset + i * row, row);
        }
      };
    }
    return () -> {
      Arrays.fill(y.array, y.offset, y.offset + y.shape.size(), 0);
      for (int i = 0; i < index.shape.size(); i++) {
        int target = y.offset + row(step, index, i, y.shape.extent(0)) * row;
        loops.add(x.array, x.offset + i * row, y.array, target, y.array, target, row);
      }
    };
  }

  private static int row(Step.Apply step, Place index, int i, int rows) {
    float value = index.array[index.offset + i];
    if (!(value >= 0 && value < rows) || value != (int) value) {
      throw new IllegalArgumentException(
          "%s: index %d is %s, there are rows 0 to %d"
              .formatted(step.primitive().code().word(), i, value, rows - 1));
    }
    return (int) value;
  }

  private Kernel window(Step.Apply step) {
    Place x = place(step.inputs().get(0));
    Place y = place(step.output());
    int planes = x.shape.extent(0) * x.shape.extent(1);
    Primitive primitive = step.primitive();
    if (primitive instanceof Windowing.WindowSum sum) {
      return () -> windows.sum(x.array, x.offset, y.array, y.offset, planes, sum.geometry());
    }
    if (primitive instanceof Windowing.WindowSpread spread) {
      return () -> windows.spread(x.array, x.offset, y.array, y.offset, planes, spread.geometry());
    }
    if (primitive instanceof Windowing.ArgMaxWindow max) {
      return () -> windows.argMax(x.array, x.offset, y.array, y.offset, planes, max.geometry());
    }
    Place taps = place(step.inputs().get(1));
    if (primitive instanceof Windowing.GatherWindow gather) {
      return () ->
          windows.gather(
              x.array,
              x.offset,
              taps.array,
              taps.offset,
              y.array,
              y.offset,
              planes,
              gather.geometry());
    }
    Windowing.ScatterWindow scatter = (Windowing.ScatterWindow) primitive;
    return () ->
        windows.scatter(
            x.array,
            x.offset,
            taps.array,
            taps.offset,
            y.array,
            y.offset,
            planes,
            scatter.geometry());
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
      return () ->
          gemm.multiply(
              m, n, depth, a.array, a.offset, wideA, swapA, b.array, b.offset, wideB, swapB,
              c.array, c.offset, n, false);
    }
    return () ->
        gemm.multiplyAll(
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
      return () ->
          convolutions.conv2d(
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
      return () ->
          convolutions.conv2dInput(
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
    return () ->
        convolutions.conv2dFilter(
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

  private Kernel copy(
      Step.Apply step,
      int input,
      int[] extents,
      int from,
      int[] fromStrides,
      int to,
      int[] toStrides) {
    Place x = place(step.inputs().get(input));
    Place y = place(step.output());
    if (step.output().shape().size() == 0 || x.shape.size() == 0) {
      return () -> {};
    }
    StridedCopy copy = StridedCopy.of(extents, fromStrides, toStrides);
    return () -> copy.run(workers, x.array, x.offset + from, y.array, y.offset + to);
  }

  private static int start(List<Span> spans, int[] strides) {
    int start = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      start += spans.get(axis).start() * strides[axis];
    }
    return start;
  }

  private static int[] steps(List<Span> spans, int[] strides) {
    int[] steps = strides.clone();
    for (int axis = 0; axis < steps.length; axis++) {
      steps[axis] *= spans.get(axis).step();
    }
    return steps;
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
