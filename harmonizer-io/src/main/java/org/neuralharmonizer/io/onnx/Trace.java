package org.neuralharmonizer.io.onnx;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Context;

/** One walk through the nodes of a graph, which makes expressions of them. */
final class Trace implements AutoCloseable {
  private final Folding folding = new Folding();
  private final Map<String, Operand> values = new HashMap<>();
  private final Map<String, OnnxArray> initializers;
  private final Function<String, Expr> leaves;
  private final Context context;
  private final Batch batch;

  /**
   * A walk that has not begun.
   *
   * @param given what the graph is given, by name
   * @param leaves what stands for an initializer of that name
   */
  Trace(
      Map<String, Operand> given,
      Map<String, OnnxArray> initializers,
      Function<String, Expr> leaves,
      Context context,
      Batch batch) {
    this.values.putAll(given);
    this.initializers = initializers;
    this.leaves = leaves;
    this.context = context;
    this.batch = batch;
  }

  /**
   * The values of those names.
   *
   * @throws IllegalArgumentException listing every operation that cannot be imported, and why
   */
  List<Operand> run(List<OnnxNode> nodes, List<String> wanted) {
    List<String> problems = new ArrayList<>();
    Set<String> missing = new HashSet<>();
    for (OnnxNode node : needed(nodes, wanted)) {
      if (node.inputs().stream().anyMatch(missing::contains)) {
        missing.addAll(node.outputs());
        continue;
      }
      String problem = apply(node);
      if (problem != null) {
        problems.add(node + " (" + problem + ")");
        missing.addAll(node.outputs());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "operations that cannot be imported: " + String.join("; ", problems));
    }
    return wanted.stream().map(this::value).toList();
  }

  /** Those that the wanted values depend on, in the order of the file. */
  static List<OnnxNode> needed(List<OnnxNode> nodes, Collection<String> wanted) {
    Set<String> names = new HashSet<>(wanted);
    List<OnnxNode> needed = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      if (node.outputs().stream().anyMatch(names::contains)) {
        names.addAll(node.inputs());
        needed.add(0, node);
      }
    }
    return needed;
  }

  /** Null, or why not. */
  private @Nullable String apply(OnnxNode node) {
    Rule rule = Operators.rule(node);
    if (rule == null) {
      return node.domain().isEmpty()
          ? "not supported"
          : "of operator set \"" + node.domain() + "\", which is not supported";
    }
    try {
      List<@Nullable Operand> operands = new ArrayList<>();
      for (String input : node.inputs()) {
        operands.add(input.isEmpty() ? null : value(input));
      }
      List<Operand> results = rule.apply(new Call(node, operands, folding, batch, context));
      for (int i = 0; i < node.outputs().size(); i++) {
        if (i < results.size()) {
          values.put(node.outputs().get(i), results.get(i));
        }
      }
      return null;
    } catch (UnsupportedNodeException | IllegalArgumentException e) {
      return e.getMessage();
    } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      // Of settings that contradict what they are applied to.
      return "its settings do not fit its operands: " + e.getMessage();
    }
  }

  private Operand value(String name) {
    Operand known = values.get(name);
    if (known != null) {
      return known;
    }
    OnnxArray array = initializers.get(name);
    if (array == null) {
      throw new UnsupportedNodeException("nothing before it gives \"" + name + "\"");
    }
    Operand operand = Operand.known(array.values(), array.kind());
    if (OnnxGraph.isParameter(array)) {
      Expr leaf = leaves.apply(name);
      folding.bind(leaf, array.values());
      operand = new Operand(leaf, array.kind(), true);
    }
    values.put(name, operand);
    return operand;
  }

  @Override
  public void close() {
    folding.close();
  }
}
