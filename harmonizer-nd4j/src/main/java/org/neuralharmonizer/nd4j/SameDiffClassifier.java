package org.neuralharmonizer.nd4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.ParameterRole;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A SameDiff graph as a {@link Classifier}, which has the second derivatives that SameDiff lacks:
 * it can be explained and harmonized on any backend, and its weights go back into the graph.
 *
 * <p>The graph's variables are the parameters, under their names and in SameDiff's layout; its
 * constants stay what they are. Mean and variance of a batch normalization are those of the graph
 * in training too, as in SameDiff, and are not learned.
 *
 * <p>The graph is read once; operations added to it later do not take part. Confined to one thread.
 */
public final class SameDiffClassifier {

  /** Where an image of the graph has its channels; our images are always C × H × W. */
  public enum Layout {
    /** The graph takes N × C × H × W. */
    CHANNELS_FIRST,
    /** The graph takes N × H × W × C. */
    CHANNELS_LAST
  }

  private final SameDiff graph;
  private final String images;
  private final String logits;
  private final Layout layout;
  private final List<SameDiffNode> nodes;
  private final Map<String, Tensor> constants = new HashMap<>();
  private final Classifier classifier;

  private SameDiffClassifier(SameDiff graph, String images, String logits, Layout layout) {
    this.graph = graph;
    this.images = images;
    this.logits = logits;
    this.layout = layout;
    require(graph, images);
    require(graph, logits);
    this.nodes = ordered();
    requireSupported();
    Shape image = image();
    Expr one = Expr.input(images, image.within(1));
    Shape result = apply(one, Context.of(Mode.INFERENCE)).shape();
    if (result.rank() != 2) {
      throw new ShapeException(
          "samediff classifier: \"%s\" is %s for one image — name the logits, N × classes"
              .formatted(logits, result));
    }
    this.classifier = Classifier.of(this::apply, image, result.extent(1));
  }

  /** A graph that takes images N × C × H × W. */
  public static SameDiffClassifier of(SameDiff graph, String images, String logits) {
    return of(graph, images, logits, Layout.CHANNELS_FIRST);
  }

  /**
   * A graph with its layout of images.
   *
   * @param images a placeholder of rank 4 that says all extents but the first
   * @param logits the variable to explain: N × classes, before any softmax
   * @throws IllegalArgumentException listing every operation that cannot be imported, with its name
   *     and the reason
   * @throws ShapeException if the graph does not turn images of that shape into logits
   */
  public static SameDiffClassifier of(SameDiff graph, String images, String logits, Layout layout) {
    return new SameDiffClassifier(graph, images, logits, layout);
  }

  /** The network; it holds no values. */
  public Classifier classifier() {
    return classifier;
  }

  /** The values that the graph's variables have now. */
  public Parameters parameters() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    classifier.parameters().forEach(each -> values.put(each.path(), value(each.path())));
    return Parameters.of(values);
  }

  /**
   * Gives the graph's variables new values, after which the graph computes with them.
   *
   * @throws IllegalArgumentException if anything is missing, left over or of another shape; nothing
   *     has changed then
   */
  public void write(Parameters values) {
    Parameters fitting = values.fitting(classifier.parameters());
    fitting
        .asMap()
        .forEach((name, value) -> graph.getVariable(name).setArray(Nd4jTensors.toINDArray(value)));
  }

  /** The layer: every operation in order. */
  private Expr apply(Expr input, Context context) {
    Map<String, Expr> values = new HashMap<>();
    values.put(images, layout == Layout.CHANNELS_LAST ? input.permute(0, 2, 3, 1) : input);
    for (SameDiffNode node : nodes) {
      try {
        Expr result = SameDiffOperations.apply(node, i -> operand(node, i, values, context));
        values.put(node.outputs().get(0), result);
      } catch (ShapeException problem) {
        throw new ShapeException("samediff " + node + ": " + problem.getMessage());
      }
    }
    return values.get(logits);
  }

  private Expr operand(SameDiffNode node, int index, Map<String, Expr> values, Context context) {
    String name = node.inputs().get(index);
    Expr known = values.get(name);
    if (known != null) {
      return known;
    }
    SDVariable variable = graph.getVariable(name);
    if (variable.getVariableType() == VariableType.CONSTANT) {
      return Expr.constant(constants.computeIfAbsent(name, this::value));
    }
    Shape shape = Nd4jTensors.shape(variable.getArr());
    ParameterRole role = SameDiffOperations.role(node, index, shape);
    Expr leaf = context.parameter(name, shape, role, Initializer.zeros());
    values.put(name, leaf);
    return leaf;
  }

  private Tensor value(String name) {
    return Nd4jTensors.of(graph.getVariable(name).getArr());
  }

  /** What the logits need, each after all it reads. */
  private List<SameDiffNode> ordered() {
    List<SameDiffNode> order = new ArrayList<>();
    Set<String> entered = new HashSet<>();
    Set<String> done = new HashSet<>();
    Deque<String> path = new ArrayDeque<>(List.of(logits));
    while (!path.isEmpty()) {
      String name = path.peek();
      SameDiffOp operation = producer(name);
      if (operation == null || done.contains(name)) {
        path.pop();
      } else if (entered.add(name)) {
        operation.getInputsToOp().stream()
            .filter(input -> !entered.contains(input))
            .forEach(path::push);
      } else {
        path.pop();
        done.addAll(operation.getOutputsOfOp());
        order.add(new SameDiffNode(graph, operation));
      }
    }
    return order;
  }

  private @Nullable SameDiffOp producer(String name) {
    Variable variable = graph.getVariables().get(name);
    String operation = variable.getOutputOfOp();
    return operation == null ? null : graph.getOps().get(operation);
  }

  private void requireSupported() {
    List<String> problems = new ArrayList<>();
    for (SameDiffNode node : nodes) {
      String problem = SameDiffOperations.problem(node);
      if (problem != null) {
        problems.add(node + " (" + problem + ")");
      }
    }
    for (String name : readFromOutside()) {
      problems.add("placeholder \"" + name + "\" (only \"" + images + "\" can be one)");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "samediff classifier: %d things cannot be imported: %s — replace them in the graph"
              .formatted(problems.size(), String.join("; ", problems)));
    }
  }

  /** Placeholders other than the images. */
  private List<String> readFromOutside() {
    return nodes.stream()
        .flatMap(node -> node.inputs().stream())
        .distinct()
        .filter(name -> !name.equals(images))
        .filter(name -> graph.getVariable(name).getVariableType() == VariableType.PLACEHOLDER)
        .toList();
  }

  /** C × H × W of the placeholder. */
  private Shape image() {
    long[] extents = graph.getVariable(images).getShape();
    boolean isKnown =
        extents != null
            && extents.length == 4
            && Arrays.stream(extents).skip(1).allMatch(extent -> extent > 0);
    if (!isKnown) {
      throw new ShapeException(
          "samediff classifier: placeholder \"%s\" is %s — declare it with rank 4 and all extents but the first"
              .formatted(images, Arrays.toString(extents)));
    }
    int[] inner = Arrays.stream(extents).skip(1).mapToInt(Math::toIntExact).toArray();
    return layout == Layout.CHANNELS_FIRST
        ? Shape.of(inner)
        : Shape.of(inner[2], inner[0], inner[1]);
  }

  private static void require(SameDiff graph, String name) {
    if (!graph.hasVariable(name)) {
      throw new IllegalArgumentException(
          "samediff classifier: the graph has no variable \"%s\" — it has %s"
              .formatted(name, graph.getVariables().keySet()));
    }
  }
}
