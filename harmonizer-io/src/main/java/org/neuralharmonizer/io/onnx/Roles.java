package org.neuralharmonizer.io.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.neuralharmonizer.nn.ParameterRole;
import org.neuralharmonizer.tensor.Shape;

/** What initializers do in the operations that read them, which decides on their weight decay. */
final class Roles {
  /** Operations after which a parameter is still what it was. */
  private static final Set<String> PASSED =
      Set.of("Identity", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Cast", "Expand");

  private final Map<String, OnnxNode> readers = new HashMap<>();

  Roles(List<OnnxNode> nodes) {
    for (OnnxNode node : nodes) {
      node.inputs().forEach(input -> readers.putIfAbsent(input, node));
    }
  }

  ParameterRole role(String initializer, Shape shape) {
    String name = initializer;
    OnnxNode reader = readers.get(name);
    while (reader != null && PASSED.contains(reader.operator())) {
      name = reader.outputs().get(0);
      reader = readers.get(name);
    }
    return reader == null
        ? ParameterRole.WEIGHT
        : role(reader, reader.inputs().indexOf(name), shape);
  }

  private static ParameterRole role(OnnxNode reader, int operand, Shape shape) {
    ParameterRole byRank = shape.rank() > 1 ? ParameterRole.WEIGHT : ParameterRole.BIAS;
    return switch (reader.operator()) {
      case "BatchNormalization" ->
          operand > 2 ? ParameterRole.STATISTIC : ParameterRole.NORMALIZATION;
      case "LayerNormalization",
          "RMSNormalization",
          "InstanceNormalization",
          "GroupNormalization" ->
          ParameterRole.NORMALIZATION;
      case "Conv", "ConvTranspose", "Gemm" ->
          operand == 2 ? ParameterRole.BIAS : ParameterRole.WEIGHT;
      case "Gather" -> ParameterRole.EMBEDDING;
      // A table that is added is one of positions or a token; a list is a shift.
      case "Add", "Concat" -> shape.rank() > 1 ? ParameterRole.EMBEDDING : ParameterRole.BIAS;
      case "Mul" -> shape.rank() > 1 ? ParameterRole.WEIGHT : ParameterRole.NORMALIZATION;
      default -> byRank;
    };
  }
}
