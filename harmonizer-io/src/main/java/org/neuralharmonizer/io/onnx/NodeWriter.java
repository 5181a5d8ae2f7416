package org.neuralharmonizer.io.onnx;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.neuralharmonizer.tensor.Tensor;

/** The nodes of a graph as they are written, each under a name of its own. */
final class NodeWriter {
  static final int WHOLE = 7;

  private static final int ATTRIBUTE_TYPE = 20;
  private static final int TYPE_OF_INTEGER = 2;
  private static final int TYPE_OF_TENSOR = 4;
  private static final int TYPE_OF_INTEGERS = 7;

  private final OutMessage graph;
  private final Set<String> taken;
  private final Map<Object, String> constants = new HashMap<>();
  private int count;

  /** Nodes that do not take names of others. */
  NodeWriter(OutMessage graph, Collection<String> taken) {
    this.graph = graph;
    this.taken = new HashSet<>(taken);
  }

  String number(double value) {
    return constants.computeIfAbsent(
        value, key -> constant(GraphWriter.tensor("", Tensor.scalar(value))));
  }

  String integers(int... values) {
    return integers(IntStream.of(values).boxed().toList());
  }

  String integers(List<Integer> values) {
    return constants.computeIfAbsent(
        List.copyOf(values),
        key -> {
          OutMessage tensor =
              new OutMessage()
                  .with(Fields.TENSOR_EXTENTS, values.size())
                  .with(Fields.TENSOR_TYPE, WHOLE);
          values.forEach(value -> tensor.with(Fields.TENSOR_LONGS, (long) value));
          return constant(tensor);
        });
  }

  /** A constant is a node, not an initializer, which would be a parameter. */
  String constant(OutMessage tensor) {
    OutMessage attribute =
        new OutMessage()
            .with(Fields.ATTRIBUTE_NAME, "value")
            .with(Fields.ATTRIBUTE_TENSOR, tensor)
            .with(ATTRIBUTE_TYPE, TYPE_OF_TENSOR);
    return emit("Constant", List.of(), attribute);
  }

  static OutMessage integer(String name, int value) {
    return new OutMessage()
        .with(Fields.ATTRIBUTE_NAME, name)
        .with(Fields.ATTRIBUTE_INTEGER, value)
        .with(ATTRIBUTE_TYPE, TYPE_OF_INTEGER);
  }

  static OutMessage list(String name, int... values) {
    OutMessage attribute = new OutMessage().with(Fields.ATTRIBUTE_NAME, name);
    for (int value : values) {
      attribute.with(Fields.ATTRIBUTE_INTEGERS, value);
    }
    return attribute.with(ATTRIBUTE_TYPE, TYPE_OF_INTEGERS);
  }

  String emit(String operator, List<String> inputs, OutMessage... attributes) {
    String output;
    do {
      output = operator.toLowerCase(Locale.ROOT) + "_" + count++;
    } while (taken.contains(output));
    emit(operator, inputs, output, attributes);
    return output;
  }

  void emit(String operator, List<String> inputs, String output, OutMessage... attributes) {
    OutMessage node = new OutMessage();
    inputs.forEach(input -> node.with(Fields.NODE_INPUTS, input));
    node.with(Fields.NODE_OUTPUTS, output)
        .with(Fields.NODE_NAME, output)
        .with(Fields.NODE_OPERATOR, operator);
    for (OutMessage attribute : attributes) {
      node.with(Fields.NODE_ATTRIBUTES, attribute);
    }
    graph.with(Fields.GRAPH_NODES, node);
  }
}
