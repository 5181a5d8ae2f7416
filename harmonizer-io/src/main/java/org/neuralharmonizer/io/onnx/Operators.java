package org.neuralharmonizer.io.onnx;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The operators that can be imported, by their name in the standard set. */
final class Operators {
  private static final Map<String, Rule> RULES = new TreeMap<>();

  static {
    List.of(
            ElementwiseRules.RULES,
            ShapeRules.RULES,
            Positions.RULES,
            WindowRules.RULES,
            NormalizationRules.RULES,
            ProductRules.RULES,
            ReductionRules.RULES,
            ResizeRule.RULES,
            AttentionRule.RULES)
        .forEach(RULES::putAll);
  }

  private Operators() {}

  /** Null if the operator is not known. */
  static @Nullable Rule rule(OnnxNode node) {
    return node.domain().isEmpty() ? RULES.get(node.operator()) : null;
  }
}
