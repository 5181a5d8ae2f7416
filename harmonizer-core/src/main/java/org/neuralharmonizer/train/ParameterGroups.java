package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Parameter;

/**
 * An optimizer with learning rates of their own for groups of parameters, which are named by
 * patterns of paths. The first pattern that matches a whole path decides. Immutable.
 *
 * <pre>{@code
 * ParameterGroups.of(Adam.withDecay(0.05)).frozen("stem\\..*").rate("head\\..*", 10)
 * }</pre>
 */
public final class ParameterGroups implements Optimizer {
  private final Optimizer base;
  private final List<Group> groups;

  private record Group(Pattern paths, double factor) {
    @Override
    public String toString() {
      return factor == 0 ? paths + " frozen" : paths + " at " + factor + " times the rate";
    }
  }

  private ParameterGroups(Optimizer base, List<Group> groups) {
    this.base = base;
    this.groups = List.copyOf(groups);
  }

  /** The optimizer as it is. */
  public static ParameterGroups of(Optimizer base) {
    return new ParameterGroups(base, List.of());
  }

  /** Parameters whose path matches learn at a multiple of the learning rate. */
  public ParameterGroups rate(String paths, double factor) {
    if (!(factor > 0 && Double.isFinite(factor))) {
      throw new IllegalArgumentException(
          "parameter groups: the factor of \"%s\" must be positive, not %s — freeze by frozen()"
              .formatted(paths, factor));
    }
    return with(new Group(Pattern.compile(paths), factor));
  }

  /** Parameters whose path matches keep their values, whatever the gradient. */
  public ParameterGroups frozen(String paths) {
    return with(new Group(Pattern.compile(paths), 0));
  }

  @Override
  public List<String> memory() {
    return base.memory();
  }

  @Override
  public Change change(Parameter parameter, Expr gradient, List<Expr> memory, Progress progress) {
    double factor = factor(parameter.path());
    Expr rate = progress.learningRate();
    if (factor == 0) {
      // The rule goes on without a gradient and a rate, for what it remembers of the parameter
      // itself, such as an average.
      Progress still = new Progress(Expr.literal(0), progress.step());
      Expr nothing = Expr.zeros(parameter.shape());
      return new Change(parameter.leaf(), base.change(parameter, nothing, memory, still).memory());
    }
    return base.change(
        parameter,
        gradient,
        memory,
        new Progress(factor == 1 ? rate : rate.times(factor), progress.step()));
  }

  @Override
  public String description() {
    return groups.isEmpty()
        ? base.description()
        : base.description()
            + " with "
            + groups.stream().map(Group::toString).collect(Collectors.joining(", "));
  }

  private double factor(String path) {
    return groups.stream()
        .filter(group -> group.paths().matcher(path).matches())
        .mapToDouble(Group::factor)
        .findFirst()
        .orElse(1);
  }

  private ParameterGroups with(Group group) {
    List<Group> more = new ArrayList<>(groups);
    more.add(group);
    return new ParameterGroups(base, more);
  }
}
