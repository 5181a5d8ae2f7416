package org.neuralharmonizer.io.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The graph of an ONNX file as a function on expressions, which can be differentiated any number of
 * times. {@link OnnxClassifier} makes a network of one.
 *
 * <p>All numbers are floats. Initializers that the results depend on smoothly, of rank 1 or more,
 * are parameters under their names; scalars, whole numbers and what only decides on shapes are
 * constants. Shapes are worked out while expressions are built, so what decides on them must not
 * depend on the values that the graph is given.
 *
 * <p>Immutable and safe to share between threads. Supported are operator sets from version 6 on.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>
 */
public final class OnnxGraph {
  private static final String STANDARD = "";

  private final OnnxModel model;
  private final List<Input> inputs;
  private final Map<String, ElementKind> kinds = new HashMap<>();
  private final List<OnnxNode> nodes;
  private final Map<String, OnnxArray> initializers;
  private final Roles roles;
  private final Map<List<String>, Set<String>> learned = new ConcurrentHashMap<>();

  /**
   * What a graph is given.
   *
   * @param extents its shape, −1 for an extent that varies; empty for a scalar or if it is not said
   */
  public record Input(String name, List<Integer> extents) {
    /** Keeps a copy. */
    public Input {
      extents = List.copyOf(extents);
    }
  }

  private record Declared(Input input, ElementKind kind) {}

  private OnnxGraph(
      OnnxModel model,
      List<Declared> inputs,
      List<OnnxNode> nodes,
      Map<String, OnnxArray> initializers) {
    this.model = model;
    this.inputs = inputs.stream().map(Declared::input).toList();
    inputs.forEach(each -> kinds.put(each.input().name(), each.kind()));
    this.nodes = List.copyOf(nodes);
    this.initializers = new LinkedHashMap<>(initializers);
    this.roles = new Roles(nodes);
  }

  /**
   * Reads a file, and the files beside it that hold its numbers. Whether all operators are known is
   * found out when the graph is applied.
   *
   * @throws org.neuralharmonizer.io.MalformedFileException if the file is damaged or holds numbers
   *     of a type that is not read
   * @throws IOException if the file cannot be read
   */
  public static OnnxGraph read(Path file) throws IOException {
    ExternalData external = ExternalData.beside(file);
    return OnnxModel.read(file, message -> of(message, external));
  }

  private static OnnxGraph of(WireMessage message, ExternalData external) throws IOException {
    OnnxModel model = OnnxModel.model(message);
    WireMessage graph = message.messages(Fields.MODEL_GRAPH).get(0);
    if (graph.has(Fields.GRAPH_SPARSE_INITIALIZERS)) {
      throw new IOException("it has sparse initializers, which are not read");
    }
    List<WireMessage> messages = graph.messages(Fields.GRAPH_NODES);
    List<OnnxNode> nodes = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      OnnxModel.Node node = model.nodes().get(i);
      long version = model.opsets().getOrDefault(node.domain(), version(model));
      nodes.add(OnnxNode.of(node, version, messages.get(i), external));
    }
    Map<String, OnnxArray> initializers = new LinkedHashMap<>();
    for (WireMessage tensor : graph.messages(Fields.GRAPH_INITIALIZERS)) {
      initializers.put(tensor.text(Fields.TENSOR_NAME), OnnxArray.decode(tensor, external));
    }
    List<Declared> inputs = new ArrayList<>();
    for (WireMessage value : graph.messages(Fields.GRAPH_INPUTS)) {
      if (!initializers.containsKey(value.text(Fields.VALUE_NAME))) {
        inputs.add(declared(value));
      }
    }
    return new OnnxGraph(model, inputs, nodes, initializers);
  }

  private static long version(OnnxModel model) {
    return model.opsets().getOrDefault(STANDARD, model.opsets().getOrDefault("ai.onnx", 1L));
  }

  private static Declared declared(WireMessage value) throws IOException {
    ElementKind kind = ElementKind.REAL;
    List<Integer> extents = new ArrayList<>();
    for (WireMessage type : value.messages(Fields.VALUE_TYPE)) {
      for (WireMessage tensor : type.messages(Fields.TYPE_TENSOR)) {
        ElementKind declared = OnnxArray.kind(tensor.integer(Fields.TENSOR_TYPE_ELEMENT));
        kind = declared == null ? kind : declared;
        for (WireMessage shape : tensor.messages(Fields.TENSOR_TYPE_SHAPE)) {
          for (WireMessage axis : shape.messages(Fields.SHAPE_AXES)) {
            long extent = axis.integer(Fields.AXIS_EXTENT);
            extents.add(extent > 0 ? Math.toIntExact(extent) : -1);
          }
        }
      }
    }
    return new Declared(new Input(value.text(Fields.VALUE_NAME), extents), kind);
  }

  /** What the file says of itself. */
  public OnnxModel model() {
    return model;
  }

  /** What has to be given, in the order of the file. */
  public List<Input> inputs() {
    return inputs;
  }

  /** The names of the results. */
  public List<String> outputs() {
    return model.outputs();
  }

  /** The operators in the graph that this library does not know, sorted. */
  public Set<String> unknownOperators() {
    Set<String> unknown = new TreeSet<>();
    for (OnnxNode node : nodes) {
      if (Operators.rule(node) == null) {
        unknown.add(
            node.domain().isEmpty() ? node.operator() : node.domain() + "." + node.operator());
      }
    }
    return unknown;
  }

  /** The node that gives a value. */
  OnnxNode producer(String name) {
    return nodes.stream()
        .filter(node -> node.outputs().contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "onnx graph: no operation gives \"%s\"".formatted(name)));
  }

  /** Whether an initializer may be learned. */
  static boolean isParameter(OnnxArray array) {
    return array.kind() == ElementKind.REAL && array.values().shape().rank() > 0;
  }

  /** The values in the file of parameters that a context has declared. */
  public Parameters parameters(Context context) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    context.parameters().stream()
        .filter(each -> initializers.containsKey(each.path()))
        .forEach(each -> values.put(each.path(), initializers.get(each.path()).values()));
    return Parameters.of(values);
  }

  /**
   * The results, in the order of {@link #outputs}.
   *
   * @param given expressions for all inputs, by name; what decides on shapes must be constant
   * @param context declares the parameters, and says whether batches are normalized by themselves
   * @throws IllegalArgumentException if an input is missing, or listing every operation that cannot
   *     be imported, with the reason
   */
  public List<Expr> apply(Map<String, Expr> given, Context context) {
    return apply(given, outputs(), context, Batch.free());
  }

  List<Expr> apply(Map<String, Expr> given, List<String> wanted, Context context, Batch batch) {
    Map<String, Operand> operands = new HashMap<>();
    for (Input input : inputs) {
      Expr expr = given.get(input.name());
      if (expr == null) {
        throw new IllegalArgumentException(
            "onnx graph: nothing is given for \"%s\" — it takes %s"
                .formatted(input.name(), inputs.stream().map(Input::name).toList()));
      }
      boolean isKnown =
          Graph.ordered(List.of(expr)).stream()
              .noneMatch(each -> each.primitive() instanceof Leaves.Input);
      operands.put(input.name(), new Operand(expr, kinds.get(input.name()), isKnown));
    }
    Set<String> reached = learned.computeIfAbsent(wanted, names -> reached(operands, names, batch));
    Function<String, Expr> leaves =
        name -> {
          Tensor value = initializers.get(name).values();
          return reached.contains(name)
              ? context.parameter(
                  name, value.shape(), roles.role(name, value.shape()), (shape, random) -> value)
              : Expr.constant(value);
        };
    try (Trace trace = new Trace(operands, initializers, leaves, context, batch)) {
      return trace.run(nodes, wanted).stream().map(Operand::expr).toList();
    }
  }

  /** The initializers that results are computed from, as opposed to those that decide on shapes. */
  private Set<String> reached(Map<String, Operand> given, List<String> wanted, Batch batch) {
    Map<Expr, String> names = new HashMap<>();
    Function<String, Expr> leaves =
        name -> {
          Expr leaf = Expr.input(name, initializers.get(name).values().shape());
          names.put(leaf, name);
          return leaf;
        };
    Context context = Context.of(Mode.INFERENCE);
    Set<String> reached = new HashSet<>();
    try (Trace trace = new Trace(given, initializers, leaves, context, batch)) {
      List<Expr> results = trace.run(nodes, wanted).stream().map(Operand::expr).toList();
      for (Expr each : Graph.ordered(results)) {
        if (names.containsKey(each)) {
          reached.add(names.get(each));
        }
      }
    }
    return reached;
  }
}
