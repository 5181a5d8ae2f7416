package org.neuralharmonizer.io.onnx;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.ElementType;

/** One operation with its settings and the version of its operator set. */
final class OnnxNode {
  private final OnnxModel.Node node;
  private final long version;
  private final Map<String, Attribute> attributes;

  private record Attribute(
      float number,
      long integer,
      String text,
      double[] numbers,
      long[] integers,
      @Nullable OnnxArray array) {}

  private OnnxNode(OnnxModel.Node node, long version, Map<String, Attribute> attributes) {
    this.node = node;
    this.version = version;
    this.attributes = Map.copyOf(attributes);
  }

  static OnnxNode of(OnnxModel.Node node, long version, WireMessage message, ExternalData external)
      throws IOException {
    Map<String, Attribute> attributes = new HashMap<>();
    for (WireMessage each : message.messages(Fields.NODE_ATTRIBUTES)) {
      List<WireMessage> arrays = each.messages(Fields.ATTRIBUTE_TENSOR);
      attributes.put(
          each.text(Fields.ATTRIBUTE_NAME),
          new Attribute(
              each.number(Fields.ATTRIBUTE_NUMBER, 0),
              each.integer(Fields.ATTRIBUTE_INTEGER),
              each.text(Fields.ATTRIBUTE_TEXT),
              each.numbers(Fields.ATTRIBUTE_NUMBERS, ElementType.F32),
              each.integers(Fields.ATTRIBUTE_INTEGERS).stream().mapToLong(i -> i).toArray(),
              arrays.isEmpty() ? null : OnnxArray.decode(arrays.get(0), external)));
    }
    return new OnnxNode(node, version, attributes);
  }

  String operator() {
    return node.operator();
  }

  /** Its operator set, the empty string for the standard one. */
  String domain() {
    return node.domain().equals("ai.onnx") ? "" : node.domain();
  }

  /** The version of that set. */
  long version() {
    return version;
  }

  List<String> inputs() {
    return node.inputs();
  }

  List<String> outputs() {
    return node.outputs();
  }

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  /** A whole number; beyond the range of int the end of that range. */
  int integer(String attribute, int otherwise) {
    Attribute value = attributes.get(attribute);
    return value == null ? otherwise : narrowed(value.integer());
  }

  boolean flag(String attribute) {
    return integer(attribute, 0) != 0;
  }

  /** A list of whole numbers, empty if it is not given. */
  int[] integers(String attribute) {
    Attribute value = attributes.get(attribute);
    int[] narrowed = new int[value == null ? 0 : value.integers().length];
    for (int i = 0; i < narrowed.length; i++) {
      narrowed[i] = narrowed(value.integers()[i]);
    }
    return narrowed;
  }

  /** A list of whole numbers, or one number throughout if it is not given. */
  int[] integers(String attribute, int length, int otherwise) {
    int[] given = integers(attribute);
    if (given.length == 0) {
      given = new int[length];
      Arrays.fill(given, otherwise);
    }
    if (given.length != length) {
      throw new UnsupportedNodeException(
          "its %s are %d numbers, expected %d".formatted(attribute, given.length, length));
    }
    return given;
  }

  double number(String attribute, double otherwise) {
    Attribute value = attributes.get(attribute);
    return value == null ? otherwise : value.number();
  }

  double[] numbers(String attribute) {
    Attribute value = attributes.get(attribute);
    return value == null ? new double[0] : value.numbers().clone();
  }

  String text(String attribute, String otherwise) {
    Attribute value = attributes.get(attribute);
    return value == null ? otherwise : value.text();
  }

  @Nullable OnnxArray array(String attribute) {
    Attribute value = attributes.get(attribute);
    return value == null ? null : value.array();
  }

  /** As it appears in messages: the operator and what names it best. */
  @Override
  public String toString() {
    String name = node.name().isEmpty() ? String.join(", ", node.outputs()) : node.name();
    return node.operator() + " \"" + name + "\"";
  }

  private static int narrowed(long value) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }
}
