package org.neuralharmonizer.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Where a network finds its parameters while its expression is built: a mode, a path, and what was
 * declared so far below any path.
 *
 * <p>The same leaf is returned whenever a parameter is asked for again, so weights are shared by
 * applying a layer twice under one path, and a network applied twice to the same images builds
 * equal expressions, which a compiler merges. Mutable, and confined to one thread.
 */
public final class Context {
  private final Declarations declared;
  private final Mode mode;
  private final String path;
  private final @Nullable Map<String, Expr> activations;
  private final int shares;

  private Context(
      Declarations declared,
      Mode mode,
      String path,
      @Nullable Map<String, Expr> activations,
      int shares) {
    this.shares = shares;
    this.declared = declared;
    this.mode = mode;
    this.path = path;
    this.activations = activations;
  }

  private static final class Declarations {
    final Map<String, Parameter> parameters = new LinkedHashMap<>();
    final Map<String, Update> updates = new LinkedHashMap<>();
    final Map<NoiseKey, Noise> noise = new LinkedHashMap<>();
  }

  private record NoiseKey(String path, Shape shape, double keepProbability) {}

  /** An empty context at the root. */
  public static Context of(Mode mode) {
    return new Context(new Declarations(), mode, "", null, 1);
  }

  public Mode mode() {
    return mode;
  }

  /** The names from the root to here joined by '.', empty at the root. */
  public String path() {
    return path;
  }

  /** The context of a child; what is declared there is listed here too. */
  public Context at(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "context \"" + path + "\": a child needs a name that is not blank");
    }
    return new Context(declared, mode, Paths.join(path, name), activations, shares);
  }

  /** The same place, the same declarations, another mode. */
  public Context in(Mode other) {
    return new Context(declared, other, path, activations, shares);
  }

  /**
   * The same place and declarations, for a network that sees an equal share of a batch while others
   * see the other shares at the same time.
   *
   * @param count of the shares whose statistics are taken together
   */
  public Context amongShares(int count) {
    return new Context(declared, mode, path, activations, count);
  }

  /** How many equal shares of a batch statistics are taken over; 1 unless there are several. */
  public int shares() {
    return shares;
  }

  /** The mean over all shares of the batch of what each of them has at this point. */
  public Expr meanOverShares(Expr own) {
    return shares == 1 ? own : Expr.of(new Reduction.ShareSum(), own).times(1.0 / shares);
  }

  /** The same place and declarations; what is named from here on is put into a map by path. */
  Context naming(Map<String, Expr> into) {
    return new Context(declared, mode, path, into, shares);
  }

  /**
   * Names a value inside a layer, so that explanations find it as {@link Model#activation}; the
   * output of a named layer is named by itself. Of a path named again the last value counts.
   *
   * @return the value
   */
  public Expr named(String name, Expr value) {
    if (activations != null) {
      activations.put(Paths.join(path, name), value);
    }
    return value;
  }

  /**
   * Applies a layer as a named child.
   *
   * @throws ShapeException naming the path of the innermost layer that the input does not fit
   */
  public Expr apply(String name, Layer layer, Expr input) {
    Context child = at(name);
    try {
      return named(name, layer.apply(input, child));
    } catch (ShapeException problem) {
      throw child.located(problem);
    }
  }

  /**
   * A learned parameter.
   *
   * @throws ShapeException if it was declared before with another shape
   */
  public Expr parameter(String name, Shape shape, ParameterRole role, Initializer initializer) {
    String full = Paths.join(path, name);
    Parameter known = declared.parameters.get(full);
    if (known == null) {
      known = new Parameter(full, shape, role, initializer, Expr.input(full, shape));
      declared.parameters.put(full, known);
    }
    if (!known.shape().equals(shape)) {
      throw new ShapeException(
          "parameter \"%s\": shape %s is asked for, %s was declared before — give the layers different names"
              .formatted(full, shape, known.shape()));
    }
    return known.leaf();
  }

  /** A running statistic: like a parameter, but recorded rather than learned. */
  public Expr buffer(String name, Shape shape, Initializer initializer) {
    return parameter(name, shape, ParameterRole.STATISTIC, initializer);
  }

  /**
   * The value that a running statistic takes after the step. The first one stays when a network is
   * applied several times in one graph.
   */
  public void update(Expr buffer, Expr value) {
    Parameter statistic =
        declared.parameters.values().stream()
            .filter(each -> each.leaf() == buffer && !each.trainable())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "update \""
                            + path
                            + "\": "
                            + buffer
                            + " is not a buffer of this context — declare it with buffer(…)"));
    if (!value.shape().equals(buffer.shape())) {
      throw new ShapeException(
          "update \"%s\": the statistic is %s, its new value %s"
              .formatted(statistic.path(), buffer.shape(), value.shape()));
    }
    declared.updates.putIfAbsent(statistic.path(), new Update(statistic, value));
  }

  /**
   * A random mask whose elements are 1 / keepProbability with that probability, else 0; drawn anew
   * for each training step by whoever runs the program. Asked for again under the same path with
   * the same shape it is the same mask, so that an explanation sees the network that was trained.
   */
  public Expr noise(String name, Shape shape, double keepProbability) {
    String full = Paths.join(path, name);
    return declared
        .noise
        .computeIfAbsent(
            new NoiseKey(full, shape, keepProbability),
            key -> new Noise(full, shape, keepProbability, Expr.input(full, shape)))
        .leaf();
  }

  /** Everything declared, statistics included, in the order of first declaration. */
  public List<Parameter> parameters() {
    return List.copyOf(declared.parameters.values());
  }

  /** The declared parameters that training learns. */
  public List<Parameter> trainable() {
    return declared.parameters.values().stream().filter(Parameter::trainable).toList();
  }

  /** The new values of running statistics. */
  public List<Update> updates() {
    return List.copyOf(declared.updates.values());
  }

  /** The random masks that a step needs. */
  public List<Noise> noise() {
    return List.copyOf(declared.noise.values());
  }

  /** An error of an operation at this path, such as {@code conv2d "block1.conv": …}. */
  public ShapeException shapeError(String operation, String problem) {
    return new ShapeException(operation + quoted() + ": " + problem);
  }

  /** The same error with this path in it, unless it names one already. */
  private ShapeException located(ShapeException problem) {
    String message = String.valueOf(problem.getMessage());
    int colon = Math.max(message.indexOf(": "), 0);
    if (message.substring(0, colon).contains("\"")) {
      return problem;
    }
    ShapeException located =
        new ShapeException(message.substring(0, colon) + quoted() + message.substring(colon));
    located.initCause(problem);
    return located;
  }

  private String quoted() {
    return path.isEmpty() ? "" : " \"" + path + "\"";
  }
}
