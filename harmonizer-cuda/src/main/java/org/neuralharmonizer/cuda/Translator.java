package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.Contraction.Reading;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.program.Slot;
import org.neuralharmonizer.program.Step;
import org.neuralharmonizer.tensor.Shape;

/** Says what work a step of a program is. */
final class Translator {
  private static final String TO_RESULT = "const float* x, float* y";

  private final Arena arena;
  private final ProductPrecision precision;
  private final Convolutions convolutions;

  /** Steps that check an index, by their number from 1 on. */
  private final List<RowCheck> rowChecks = new ArrayList<>();

  /** What is said of an index that names no row. */
  record RowCheck(String operation, int rows) {}

  Translator(Arena arena, ProductPrecision precision) {
    this.arena = arena;
    this.precision = precision;
    this.convolutions = new Convolutions(precision);
  }

  List<RowCheck> rowChecks() {
    return rowChecks;
  }

  List<Work> works(Step step) {
    if (step instanceof Step.Fused fused) {
      return fused(fused.loop(), fused.inputs(), fused.outputs());
    }
    if (step instanceof Step.Sliced sliced) {
      throw new IllegalArgumentException(
          "cuda: the program was compiled image by image — compile it as this backend's fusion()"
              + " says: "
              + sliced);
    }
    return works((Step.Apply) step);
  }

  private List<Work> works(Step.Apply step) {
    if (step.output().shape().size() == 0) {
      return List.of();
    }
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
      case SHARE_SUM ->
          throw new IllegalArgumentException(
              "cuda: a sum over the shares of a batch is computed by the backend cpu — use that");
      case BROADCAST -> List.of(broadcast(step));
      case PERMUTE -> List.of(permute(step));
      case SLICE -> List.of(slice(step));
      case PAD -> pad(step);
      case CONCAT -> concat(step);
      case GATHER_ROWS, SCATTER_ROWS -> rows(step);
      case GATHER_WINDOW, SCATTER_WINDOW, WINDOW_SUM, WINDOW_SPREAD, ARG_MAX_WINDOW ->
          List.of(window(step));
      case MATMUL -> matmul(step);
      case CONV2D, CONV2D_INPUT, CONV2D_FILTER -> convolution(step);
      case ARG_MAX -> List.of(argMax(step));
    };
  }

  private Location at(Slot slot) {
    return arena.location(slot);
  }

  // ---- Loops

  private List<Work> elementwise(Step.Apply step) {
    return fused(Loop.of(step), step.inputs(), List.of(step.output()));
  }

  private List<Work> fused(Loop loop, List<Slot> inputs, List<Slot> outputs) {
    if (loop.space().size() == 0) {
      return cleared(outputs);
    }
    List<Location> operands = new ArrayList<>();
    inputs.forEach(input -> operands.add(at(input)));
    outputs.forEach(output -> operands.add(at(output)));
    FusedSource source = new FusedSource(loop, operands.stream().map(Location::format).toList());
    int results = loop.results().size();
    operands.subList(inputs.size() + results, operands.size()).clear();
    if (loop.sums().isEmpty()) {
      return List.of(new Work.Launch(source.elementwise(), source.blocks(), operands, 0));
    }
    FusedSource.Tiling tiling = source.tiling();
    List<Work> finishing = new ArrayList<>();
    Location parts = Location.SCRATCH;
    for (int i = 0; i < loop.sums().size(); i++) {
      Loop.Sum sum = loop.sums().get(i);
      Location target = at(outputs.get(results + i));
      if (tiling.holds(sum)) {
        operands.add(target);
      } else {
        finishing.add(Sums.finish(tiling.outer(sum), sum.count(), tiling.each(sum), parts, target));
        parts = parts.plus((long) tiling.tiles() * Double.BYTES);
      }
    }
    if (!finishing.isEmpty()) {
      operands.add(Location.SCRATCH);
    }
    List<Work> works = new ArrayList<>();
    works.add(new Work.Launch(source.summing(tiling), tiling.blocks(), operands, parts.offset()));
    works.addAll(finishing);
    return works;
  }

  /** Sums of nothing. */
  private List<Work> cleared(List<Slot> outputs) {
    return outputs.stream().filter(output -> output.shape().size() > 0).map(this::clear).toList();
  }

  private Work clear(Slot slot) {
    Location target = at(slot);
    return new Work.Clear(target, (long) slot.shape().size() * target.format().bytes());
  }

  private List<Work> sum(Step.Apply step) {
    Slot x = step.inputs().get(0);
    if (x.shape().size() == 0) {
      return cleared(List.of(step.output()));
    }
    boolean[] summed = new boolean[x.shape().rank()];
    ((Reduction.Sum) step.primitive()).axes().forEach(axis -> summed[axis] = true);
    return Sums.over(x.shape().extents(), summed, at(x), at(step.output()));
  }

  // ---- Movements

  private Work broadcast(Step.Apply step) {
    Shape x = step.inputs().get(0).shape();
    Shape y = step.output().shape();
    int added = y.rank() - x.rank();
    int[] own = x.strides();
    int[] from = new int[y.rank()];
    for (int axis = added; axis < from.length; axis++) {
      from[axis] = x.extent(axis - added) == 1 ? 0 : own[axis - added];
    }
    return copy(step, y.extents(), 0, from, 0, y.strides());
  }

  private Work permute(Step.Apply step) {
    int[] own = step.inputs().get(0).shape().strides();
    int[] from =
        ((Movement.Permute) step.primitive()).order().stream().mapToInt(i -> own[i]).toArray();
    Shape y = step.output().shape();
    return copy(step, y.extents(), 0, from, 0, y.strides());
  }

  private Work slice(Step.Apply step) {
    Shape y = step.output().shape();
    int[] own = step.inputs().get(0).shape().strides();
    List<Span> spans = ((Movement.Slice) step.primitive()).spans();
    return copy(step, y.extents(), start(spans, own), steps(spans, own), 0, y.strides());
  }

  private List<Work> pad(Step.Apply step) {
    Shape x = step.inputs().get(0).shape();
    Shape y = step.output().shape();
    List<Span> spans = ((Movement.Pad) step.primitive()).spans();
    List<Work> works = new ArrayList<>();
    works.add(clear(step.output()));
    if (x.size() > 0) {
      int[] to = steps(spans, y.strides());
      works.add(copy(step, x.extents(), 0, x.strides(), start(spans, y.strides()), to));
    }
    return works;
  }

  private static int start(List<Span> spans, int[] strides) {
    return IntStream.range(0, strides.length).map(i -> spans.get(i).start() * strides[i]).sum();
  }

  private static int[] steps(List<Span> spans, int[] strides) {
    return IntStream.range(0, strides.length).map(i -> spans.get(i).step() * strides[i]).toArray();
  }

  private Work copy(
      Step.Apply step, int[] extents, int from, int[] fromStrides, int to, int[] toStrides) {
    Location x = at(step.inputs().get(0));
    return Movements.copy(extents, x, from, fromStrides, at(step.output()), to, toStrides);
  }

  private List<Work> concat(Step.Apply step) {
    int axis = ((Movement.Concat) step.primitive()).axis();
    Shape y = step.output().shape();
    List<Work> works = new ArrayList<>();
    int start = 0;
    for (Slot part : step.inputs()) {
      if (part.shape().size() > 0) {
        int[] own = part.shape().strides();
        int[] extents = part.shape().extents();
        works.add(Movements.copy(extents, at(part), 0, own, at(step.output()), start, y.strides()));
      }
      start += part.shape().extent(axis) * y.strides()[axis];
    }
    return works;
  }

  private List<Work> rows(Step.Apply step) {
    Slot x = step.inputs().get(0);
    Slot index = step.inputs().get(1);
    Slot y = step.output();
    boolean gathers = step.primitive() instanceof Movement.GatherRows;
    int rows = (gathers ? x : y).shape().extent(0);
    rowChecks.add(new RowCheck(step.primitive().code().word(), rows));
    Geometry geometry =
        new Geometry()
            .count("rows", rows)
            .count("row", y.shape().inner().size())
            .count("count", index.shape().size());
    Geometry checked =
        new Geometry()
            .count("rows", rows)
            .count("count", index.shape().size())
            .number("number", rowChecks.size());
    return List.of(
        Work.Launch.ofTemplate(
            "check_rows",
            "const float* index, float* status",
            checked,
            1,
            List.of(at(index), Location.STATUS),
            0),
        Work.Launch.ofTemplate(
            gathers ? "gather_rows" : "scatter_rows",
            "const float* x, const float* index, float* y",
            geometry,
            FusedSource.blocks(y.shape().size()),
            List.of(at(x), at(index), at(y)),
            0));
  }

  // ---- Choices and windows

  private Work argMax(Step.Apply step) {
    Slot x = step.inputs().get(0);
    int rows = step.output().shape().size();
    Geometry geometry = new Geometry().count("rows", rows).count("columns", x.shape().extent(-1));
    return Work.Launch.ofTemplate(
        "arg_max",
        TO_RESULT,
        geometry,
        FusedSource.blocks(rows * KernelSource.WARP),
        List.of(at(x), at(step.output())),
        0);
  }

  private Work window(Step.Apply step) {
    Slot x = step.inputs().get(0);
    Slot y = step.output();
    Primitive primitive = step.primitive();
    WindowGeometry window;
    String parameters;
    if (primitive instanceof Windowing.WindowSum each) {
      window = each.geometry();
      parameters = TO_RESULT;
    } else if (primitive instanceof Windowing.WindowSpread each) {
      window = each.geometry();
      parameters = "const float* y, float* x";
    } else if (primitive instanceof Windowing.ArgMaxWindow each) {
      window = each.geometry();
      parameters = TO_RESULT;
    } else if (primitive instanceof Windowing.GatherWindow each) {
      window = each.geometry();
      parameters = "const float* x, const float* taps, float* y";
    } else {
      window = ((Windowing.ScatterWindow) primitive).geometry();
      parameters = "const float* y, const float* taps, float* x";
    }
    int planes = x.shape().extent(0) * x.shape().extent(1);
    Geometry geometry = new Geometry().count("planes", planes).window(window);
    String template = primitive.code().word().replace(' ', '_');
    int threads = y.shape().size();
    if (parameters.equals(TO_RESULT) && isWhole(window.rows()) && isWhole(window.columns())) {
      template += "_of_planes";
      threads = planes * KernelSource.WARP;
    }
    List<Location> operands = new ArrayList<>();
    step.inputs().forEach(input -> operands.add(at(input)));
    operands.add(at(y));
    return Work.Launch.ofTemplate(
        template, parameters, geometry, FusedSource.blocks(threads), operands, 0);
  }

  /** Whether there is one window, which has a tap for every position. */
  private static boolean isWhole(WindowAxis axis) {
    return axis.kernel() == axis.extent()
        && axis.dilation() == 1
        && axis.outputs() == 1
        && axis.before() == 0;
  }

  // ---- Products

  private List<Work> matmul(Step.Apply step) {
    Contraction.MatMul matmul = (Contraction.MatMul) step.primitive();
    Slot a = step.inputs().get(0);
    Slot b = step.inputs().get(1);
    Shape c = step.output().shape();
    int m = c.extent(-2);
    int n = c.extent(-1);
    int depth = a.shape().extent(matmul.left() == Reading.TRANSPOSED ? -2 : -1);
    if (depth == 0) {
      return cleared(List.of(step.output()));
    }
    MatrixProduct product =
        new MatrixProduct(
            c.size() / (m * n), m, n, depth, matmul.left(), matmul.right(), precision);
    return product.works(at(a), at(b), at(step.output()), 0);
  }

  private List<Work> convolution(Step.Apply step) {
    Slot a = step.inputs().get(0);
    Slot b = step.inputs().get(1);
    Slot c = step.output();
    if (a.shape().size() == 0 || b.shape().size() == 0) {
      return cleared(List.of(c));
    }
    Primitive primitive = step.primitive();
    if (primitive instanceof Convolution.Conv2d each) {
      return convolution(ConvolutionTask.Member.OUTPUT, each.geometry(), a, b, c);
    }
    if (primitive instanceof Convolution.Conv2dInput each) {
      return convolution(ConvolutionTask.Member.INPUT, each.geometry(), c, b, a);
    }
    ConvGeometry geometry = ((Convolution.Conv2dFilter) primitive).geometry();
    return convolution(ConvolutionTask.Member.FILTER, geometry, a, c, b);
  }

  private List<Work> convolution(
      ConvolutionTask.Member member, ConvGeometry geometry, Slot x, Slot w, Slot y) {
    return convolutions.works(
        member,
        geometry,
        new Convolutions.Operands(
            x.shape().extent(0), x.shape().extent(1), y.shape().extent(1), at(x), at(w), at(y)));
  }
}
