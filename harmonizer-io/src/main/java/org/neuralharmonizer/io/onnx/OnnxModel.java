package org.neuralharmonizer.io.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.MalformedFileException;

/**
 * What an ONNX file holds, without its numbers: nodes of the main graph, initializers, inputs,
 * outputs, operator sets and metadata, each in the order of the file. Nothing is run or loaded
 * beside the file; whether its operators are known to this library is not asked.
 *
 * <p>The memory used is proportional to the file's size.
 *
 * @param producer the tool that wrote it and its version, possibly empty
 * @param opsets the version of each operator set by domain; the standard one is the empty string
 * @param metadata free text by name
 * @param inputs names of the graph's inputs, without those that initializers give
 * @param outputs names of the graph's outputs
 * @param nodes the operations
 * @param initializers the constant tensors
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
public record OnnxModel(
    String producer,
    Map<String, Long> opsets,
    Map<String, String> metadata,
    List<String> inputs,
    List<String> outputs,
    List<Node> nodes,
    List<Initializer> initializers) {
  /** Protocol buffers cannot be larger. */
  private static final long LARGEST = Integer.MAX_VALUE - 8L;

  /** Keeps copies, in the order given. */
  public OnnxModel {
    opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    initializers = List.copyOf(initializers);
  }

  /**
   * One operation; an omitted optional input is the empty string.
   *
   * @param name its name, possibly empty
   * @param domain its operator set, the empty string for the standard one
   * @param operator its type, such as {@code Conv}
   */
  public record Node(
      String name, String domain, String operator, List<String> inputs, List<String> outputs) {
    /** Keeps copies. */
    public Node {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * One constant tensor.
   *
   * @param elementType the number of its type in {@code TensorProto.DataType}; 1 is float
   * @param extents its shape, empty for a scalar
   */
  public record Initializer(String name, int elementType, List<Long> extents) {
    /** Keeps a copy. */
    public Initializer {
      extents = List.copyOf(extents);
    }

    /** The number of elements. */
    public long size() {
      return extents.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
  }

  /**
   * Reads a file.
   *
   * @throws MalformedFileException if the file is damaged or larger than 2 GiB
   * @throws IOException if the file cannot be read
   */
  public static OnnxModel read(Path file) throws IOException {
    return read(file, OnnxModel::model);
  }

  /** What is made of the outermost message of a file. */
  interface Reading<T> {
    T of(WireMessage model) throws IOException;
  }

  static <T> T read(Path file, Reading<T> reading) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("read \"" + file + "\": no regular file — check the path");
    }
    if (Files.size(file) > LARGEST) {
      throw malformed(file, "it is larger than 2 GiB", null);
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      return reading.of(WireMessage.parse(bytes));
    } catch (IOException | ArithmeticException e) {
      throw malformed(file, "it is no ONNX model (" + e.getMessage() + ")", e);
    }
  }

  private static MalformedFileException malformed(
      Path file, String wrong, @Nullable Exception cause) {
    String message = "read \"" + file + "\": " + wrong + " — export or copy it again";
    return cause == null
        ? new MalformedFileException(message)
        : new MalformedFileException(message, cause);
  }

  static OnnxModel model(WireMessage model) throws IOException {
    List<WireMessage> graphs = model.messages(Fields.MODEL_GRAPH);
    if (graphs.size() != 1) {
      throw new IOException(graphs.size() + " graphs");
    }
    Map<String, Long> opsets = new LinkedHashMap<>();
    for (WireMessage opset : model.messages(Fields.MODEL_OPSETS)) {
      opsets.put(opset.text(1), opset.integer(2));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (WireMessage entry : model.messages(Fields.MODEL_METADATA)) {
      metadata.put(entry.text(1), entry.text(2));
    }
    WireMessage graph = graphs.get(0);
    List<Initializer> initializers = initializers(graph);
    List<String> inputs = names(graph, Fields.GRAPH_INPUTS);
    inputs.removeAll(initializers.stream().map(Initializer::name).toList());
    String producer =
        (model.text(Fields.MODEL_PRODUCER) + " " + model.text(Fields.MODEL_PRODUCER_VERSION))
            .strip();
    List<String> outputs = names(graph, Fields.GRAPH_OUTPUTS);
    return new OnnxModel(producer, opsets, metadata, inputs, outputs, nodes(graph), initializers);
  }

  private static List<Node> nodes(WireMessage graph) throws IOException {
    List<Node> nodes = new ArrayList<>();
    for (WireMessage node : graph.messages(Fields.GRAPH_NODES)) {
      nodes.add(
          new Node(
              node.text(Fields.NODE_NAME),
              node.text(Fields.NODE_DOMAIN),
              node.text(Fields.NODE_OPERATOR),
              node.texts(Fields.NODE_INPUTS),
              node.texts(Fields.NODE_OUTPUTS)));
    }
    return nodes;
  }

  private static List<Initializer> initializers(WireMessage graph) throws IOException {
    List<Initializer> initializers = new ArrayList<>();
    for (WireMessage tensor : graph.messages(Fields.GRAPH_INITIALIZERS)) {
      Initializer initializer =
          new Initializer(
              tensor.text(Fields.TENSOR_NAME),
              Math.toIntExact(tensor.integer(Fields.TENSOR_TYPE)),
              tensor.integers(Fields.TENSOR_EXTENTS));
      check(initializer, tensor);
      initializers.add(initializer);
    }
    return initializers;
  }

  /** Extents are as large as they say; floats in the file are as many as the extents say. */
  private static void check(Initializer initializer, WireMessage tensor) throws IOException {
    if (initializer.extents().stream().anyMatch(extent -> extent < 0)) {
      throw new IOException("an initializer has a negative extent");
    }
    long size = initializer.size();
    boolean elsewhere = tensor.integer(Fields.TENSOR_LOCATION) == Fields.LOCATION_EXTERNAL;
    if (initializer.elementType() != Fields.TYPE_FLOAT || elsewhere) {
      return;
    }
    long held =
        tensor.has(Fields.TENSOR_RAW)
            ? tensor.bytes(Fields.TENSOR_RAW).remaining() / Float.BYTES
            : tensor.count(Fields.TENSOR_FLOATS, Float.BYTES);
    if (held != size) {
      throw new IOException("an initializer of " + size + " floats holds " + held);
    }
  }

  private static List<String> names(WireMessage graph, int field) throws IOException {
    List<String> names = new ArrayList<>();
    for (WireMessage value : graph.messages(field)) {
      names.add(value.text(1));
    }
    return names;
  }
}
