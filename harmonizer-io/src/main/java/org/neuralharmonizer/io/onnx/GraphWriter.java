package org.neuralharmonizer.io.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Arithmetic;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Contraction;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Elementwise;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.expr.Windowing;
import org.neuralharmonizer.tensor.Tensor;

/** Expressions as nodes of ONNX: every primitive that a network's forward pass can have. */
final class GraphWriter {
  private static final int TRUTH = 9;
  private static final Set<Code> BROADCASTING =
      Set.of(Code.ADD, Code.MULTIPLY, Code.GREATER, Code.EQUAL, Code.SELECT);

  private final NodeWriter nodes;
  private final Twins twins;
  private final String images;
  private final String logits;
  private final Map<Expr, String> names = new HashMap<>();

  /** Truth values of comparisons, before they become numbers. */
  private final Map<Expr, String> truths = new HashMap<>();

  private final Set<Expr> needed = new HashSet<>();
  private String batch = "";

  GraphWriter(OutMessage graph, Twins twins, String images, String logits) {
    this.twins = twins;
    this.images = images;
    this.logits = logits;
    twins.built().parameters().forEach(each -> names.put(each.leaf(), each.path()));
    if (names.containsValue(images) || names.containsValue(logits)) {
      throw new IllegalArgumentException(
          "onnx: a parameter is called \"%s\" or \"%s\", as the network's input and output — rename it"
              .formatted(images, logits));
    }
    this.nodes = new NodeWriter(graph, names.values());
  }

  void write() {
    names.put(twins.built().images(), images);
    List<Expr> order = twins.order();
    needed.add(twins.built().logits());
    for (int i = order.size() - 1; i >= 0; i--) {
      if (needed.contains(order.get(i))) {
        needed.addAll(operands(order.get(i)));
      }
    }
    for (Expr expr : order) {
      if (needed.contains(expr) && !names.containsKey(expr)) {
        write(expr);
      }
    }
    nodes.emit("Identity", List.of(name(twins.built().logits())), logits);
  }

  /** A float array. */
  static OutMessage tensor(String name, Tensor values) {
    OutMessage tensor = new OutMessage();
    for (int extent : values.shape().extents()) {
      tensor.with(Fields.TENSOR_EXTENTS, extent);
    }
    return tensor
        .with(Fields.TENSOR_TYPE, Fields.TYPE_FLOAT)
        .with(Fields.TENSOR_NAME, name)
        .with(Fields.TENSOR_RAW, values);
  }

  /** What a node reads, which is not always what its expression does. */
  private List<Expr> operands(Expr expr) {
    if (rectified(expr) != null) {
      return List.of(rectified(expr));
    }
    if (expr.primitive() instanceof Windowing.GatherWindow) {
      return List.of(expr.inputs().get(0));
    }
    if (!BROADCASTING.contains(expr.primitive().code())) {
      return expr.inputs();
    }
    // ONNX repeats operands itself, as long as one has the whole shape.
    boolean isWhole = expr.inputs().stream().anyMatch(Predicate.not(GraphWriter::isRepeated));
    List<Expr> operands = new ArrayList<>();
    for (Expr input : expr.inputs()) {
      boolean stays = !isWhole && operands.isEmpty();
      operands.add(isRepeated(input) && !stays ? input.inputs().get(0) : input);
    }
    return operands;
  }

  private static boolean isRepeated(Expr expr) {
    return expr.primitive() instanceof Movement.Broadcast;
  }

  /** x of x · step(x), null for anything else. */
  private static Expr rectified(Expr expr) {
    if (expr.primitive() instanceof Arithmetic.Multiply) {
      Expr a = expr.inputs().get(0);
      Expr b = expr.inputs().get(1);
      if (b.primitive().code() == Code.STEP && b.inputs().get(0) == a) {
        return a;
      }
    }
    return null;
  }

  private void write(Expr expr) {
    switch (expr.primitive().code()) {
      case STEP ->
          truths.put(expr, nodes.emit("Greater", List.of(read(expr).get(0), nodes.number(0))));
      case GREATER -> truths.put(expr, nodes.emit("Greater", read(expr)));
      case EQUAL -> truths.put(expr, nodes.emit("Equal", read(expr)));
      default -> names.put(expr, node(expr));
    }
  }

  private String node(Expr expr) {
    if (rectified(expr) != null) {
      return nodes.emit("Relu", read(expr));
    }
    Primitive primitive = expr.primitive();
    return switch (primitive.code()) {
      case EXP -> nodes.emit("Exp", read(expr));
      case LOG -> nodes.emit("Log", read(expr));
      case SQRT -> nodes.emit("Sqrt", read(expr));
      case RECIPROCAL -> nodes.emit("Reciprocal", read(expr));
      case TANH -> nodes.emit("Tanh", read(expr));
      case ERF -> nodes.emit("Erf", read(expr));
      case SIGN -> nodes.emit("Sign", read(expr));
      case ADD -> nodes.emit("Add", read(expr));
      case MULTIPLY -> nodes.emit("Mul", read(expr));
      case DETACH -> read(expr).get(0);
      case LITERAL -> nodes.number(((Leaves.Literal) primitive).value());
      case POWER -> by("Pow", expr, ((Elementwise.Power) primitive).exponent());
      case SCALE -> scale(expr, ((Arithmetic.Scale) primitive).factor());
      case CONSTANT -> constant(expr, ((Leaves.Constant) primitive).value());
      case SELECT -> select(expr);
      case SUM -> sum(expr, (Reduction.Sum) primitive);
      case BROADCAST -> nodes.emit("Expand", List.of(read(expr).get(0), shape(expr)));
      case RESHAPE -> reshape(expr);
      case PERMUTE -> permute(read(expr).get(0), ((Movement.Permute) primitive).order());
      case SLICE -> slice(expr, ((Movement.Slice) primitive).spans());
      case PAD -> pad(expr, (Movement.Pad) primitive);
      case CONCAT ->
          nodes.emit(
              "Concat",
              read(expr),
              NodeWriter.integer("axis", ((Movement.Concat) primitive).axis()));
      case GATHER_ROWS -> {
        String rows = cast(read(expr).get(1), NodeWriter.WHOLE);
        yield nodes.emit("Gather", List.of(read(expr).get(0), rows), NodeWriter.integer("axis", 0));
      }
      case ARG_MAX -> {
        String index =
            nodes.emit(
                "ArgMax",
                read(expr),
                NodeWriter.integer("axis", -1),
                NodeWriter.integer("keepdims", 0));
        yield cast(index, Fields.TYPE_FLOAT);
      }
      case GATHER_WINDOW -> maxPool(expr, ((Windowing.GatherWindow) primitive).geometry());
      case WINDOW_SUM -> windowSum(expr, ((Windowing.WindowSum) primitive).geometry());
      case MATMUL -> matmul(expr, (Contraction.MatMul) primitive);
      case CONV2D -> convolution(expr, ((Convolution.Conv2d) primitive).geometry());
      case CONV2D_INPUT -> transposed(expr, ((Convolution.Conv2dInput) primitive).geometry());
      default ->
          throw new IllegalArgumentException(
              "onnx: no operator computes \"%s\" of the network".formatted(expr));
    };
  }

  private List<String> read(Expr expr) {
    return operands(expr).stream().map(this::name).toList();
  }

  /** Truth values become numbers when they are asked for. */
  private String name(Expr expr) {
    return names.computeIfAbsent(expr, each -> cast(truths.get(each), Fields.TYPE_FLOAT));
  }

  private String by(String operator, Expr expr, double number) {
    return nodes.emit(operator, List.of(read(expr).get(0), nodes.number(number)));
  }

  private String scale(Expr expr, double factor) {
    return factor == -1 ? nodes.emit("Neg", read(expr)) : by("Mul", expr, factor);
  }

  private String cast(String value, int type) {
    return nodes.emit("Cast", List.of(value), NodeWriter.integer("to", type));
  }

  private String select(Expr expr) {
    List<Expr> operands = operands(expr);
    Expr condition = operands.get(0);
    String truth =
        truths.containsKey(condition) ? truths.get(condition) : cast(name(condition), TRUTH);
    return nodes.emit("Where", List.of(truth, name(operands.get(1)), name(operands.get(2))));
  }

  private String sum(Expr expr, Reduction.Sum sum) {
    return nodes.emit(
        "ReduceSum",
        List.of(read(expr).get(0), nodes.integers(sum.axes())),
        NodeWriter.integer("keepdims", 0));
  }

  /** The shape of an expression, computed from the batch where it depends on it. */
  private String shape(Expr expr) {
    int[] batches = twins.batches(expr);
    int[] extents = expr.shape().extents();
    if (IntStream.of(batches).allMatch(times -> times == 0)) {
      return nodes.integers(extents);
    }
    List<String> parts = new ArrayList<>();
    for (int axis = 0; axis < extents.length; axis++) {
      if (batches[axis] == 0) {
        parts.add(nodes.integers(extents[axis]));
      } else if (batches[axis] == 1) {
        parts.add(batch());
      } else {
        parts.add(nodes.emit("Mul", List.of(batch(), nodes.integers(batches[axis]))));
      }
    }
    return nodes.emit("Concat", parts, NodeWriter.integer("axis", 0));
  }

  private String batch() {
    if (batch.isEmpty()) {
      batch =
          nodes.emit(
              "Shape",
              List.of(images),
              NodeWriter.integer("start", 0),
              NodeWriter.integer("end", 1));
    }
    return batch;
  }

  private String reshape(Expr expr) {
    int[] batches = twins.batches(expr);
    int[] extents = expr.shape().extents();
    long open = IntStream.of(batches).filter(times -> times > 0).count();
    if (open > 1) {
      return nodes.emit("Reshape", List.of(read(expr).get(0), shape(expr)));
    }
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = batches[axis] > 0 ? -1 : extents[axis];
    }
    return nodes.emit("Reshape", List.of(read(expr).get(0), nodes.integers(extents)));
  }

  private String permute(String value, List<Integer> order) {
    return nodes.emit(
        "Transpose",
        List.of(value),
        NodeWriter.list("perm", order.stream().mapToInt(Integer::intValue).toArray()));
  }

  private String slice(Expr expr, List<Span> spans) {
    Expr source = expr.inputs().get(0);
    int[] batches = twins.batches(source);
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < spans.size(); axis++) {
      if (!spans.get(axis).equals(Span.all(source.shape().extent(axis)))) {
        axes.add(axis);
        requireFixed(expr, batches[axis]);
      }
    }
    if (axes.isEmpty()) {
      return read(expr).get(0);
    }
    List<String> operands = new ArrayList<>(read(expr));
    operands.add(nodes.integers(axes.stream().map(axis -> spans.get(axis).start()).toList()));
    operands.add(nodes.integers(axes.stream().map(axis -> end(spans.get(axis))).toList()));
    operands.add(nodes.integers(axes));
    operands.add(nodes.integers(axes.stream().map(axis -> spans.get(axis).step()).toList()));
    return nodes.emit("Slice", operands);
  }

  private static int end(Span span) {
    return span.count() == 0 ? span.start() : span.start() + (span.count() - 1) * span.step() + 1;
  }

  private void requireFixed(Expr expr, int batches) {
    if (batches > 0) {
      throw new IllegalArgumentException(
          "onnx: %s takes single images out of the batch".formatted(expr));
    }
  }

  /**
   * With the axes named: ONNX Runtime, to 1.30 at least, takes a pad without them into a max pool
   * that follows, where padding counts less than any number instead of zero.
   */
  private String pad(Expr expr, Movement.Pad pad) {
    int[] batches = twins.batches(expr);
    List<Integer> axes = new ArrayList<>();
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int axis = 0; axis < batches.length; axis++) {
      Span span = pad.spans().get(axis);
      if (span.step() != 1 && span.count() > 1) {
        throw new IllegalArgumentException("onnx: %s puts zeros between elements".formatted(expr));
      }
      if (span.count() != pad.target().extent(axis)) {
        requireFixed(expr, batches[axis]);
        axes.add(axis);
        before.add(span.start());
        after.add(pad.target().extent(axis) - span.start() - span.count());
      }
    }
    if (axes.isEmpty()) {
      return read(expr).get(0);
    }
    before.addAll(after);
    return nodes.emit(
        "Pad",
        List.of(read(expr).get(0), nodes.integers(before), nodes.number(0), nodes.integers(axes)));
  }

  private String maxPool(Expr expr, WindowGeometry window) {
    Expr chosen = expr.inputs().get(1);
    boolean isOwn =
        chosen.primitive() instanceof Windowing.ArgMaxWindow
            && chosen.inputs().get(0) == expr.inputs().get(0);
    if (!isOwn) {
      throw new IllegalArgumentException(
          "onnx: %s chooses elements by the maxima of others".formatted(expr));
    }
    return nodes.emit("MaxPool", read(expr), windows(window));
  }

  private String windowSum(Expr expr, WindowGeometry window) {
    List<OutMessage> settings = new ArrayList<>(List.of(windows(window)));
    settings.add(NodeWriter.integer("count_include_pad", 1));
    String mean = nodes.emit("AveragePool", read(expr), settings.toArray(OutMessage[]::new));
    return nodes.emit("Mul", List.of(mean, nodes.number(window.taps())));
  }

  private String matmul(Expr expr, Contraction.MatMul product) {
    List<String> operands = new ArrayList<>(read(expr));
    int rank = expr.shape().rank();
    boolean turnsLeft = product.left() == Contraction.Reading.TRANSPOSED;
    boolean turnsRight = product.right() == Contraction.Reading.TRANSPOSED;
    if (rank == 2) {
      return nodes.emit(
          "Gemm",
          operands,
          NodeWriter.integer("transA", turnsLeft ? 1 : 0),
          NodeWriter.integer("transB", turnsRight ? 1 : 0));
    }
    List<Integer> swapped = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    swapped.set(rank - 2, rank - 1);
    swapped.set(rank - 1, rank - 2);
    if (turnsLeft) {
      operands.set(0, permute(operands.get(0), swapped));
    }
    if (turnsRight) {
      operands.set(1, permute(operands.get(1), swapped));
    }
    return nodes.emit("MatMul", operands);
  }

  private String convolution(Expr expr, ConvGeometry geometry) {
    List<OutMessage> settings = new ArrayList<>(List.of(windows(geometry.window())));
    settings.add(NodeWriter.integer("group", geometry.groups()));
    return nodes.emit("Conv", read(expr), settings.toArray(OutMessage[]::new));
  }

  private String transposed(Expr expr, ConvGeometry geometry) {
    List<OutMessage> settings = new ArrayList<>(List.of(windows(geometry.window())));
    settings.add(NodeWriter.integer("group", geometry.groups()));
    settings.add(
        NodeWriter.list("output_padding", rest(geometry.rows()), rest(geometry.columns())));
    return nodes.emit("ConvTranspose", read(expr), settings.toArray(OutMessage[]::new));
  }

  /** Positions at the end that no window reaches. */
  private static int rest(WindowAxis axis) {
    int reach = (axis.kernel() - 1) * axis.dilation() + 1;
    int spanned = (axis.outputs() - 1) * axis.stride() + reach;
    return axis.extent() + axis.before() + axis.after() - spanned;
  }

  private static OutMessage[] windows(WindowGeometry window) {
    WindowAxis rows = window.rows();
    WindowAxis columns = window.columns();
    return new OutMessage[] {
      NodeWriter.list("kernel_shape", rows.kernel(), columns.kernel()),
      NodeWriter.list("strides", rows.stride(), columns.stride()),
      NodeWriter.list("dilations", rows.dilation(), columns.dilation()),
      NodeWriter.list("pads", rows.before(), columns.before(), rows.after(), columns.after())
    };
  }

  private String constant(Expr expr, Tensor value) {
    if (!twins.larger(expr).primitive().equals(expr.primitive())) {
      throw new IllegalArgumentException(
          "onnx: %s is a constant that depends on the batch".formatted(expr));
    }
    return nodes.constant(tensor("", value));
  }
}
