package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * What a program takes, keeps, returns and changes.
 *
 * @param arguments inputs whose values are given at every run, in this order
 * @param variables inputs whose values the loaded program keeps between runs
 * @param outputs expressions whose values every run returns, computed from the variables as they
 *     were before the run
 * @param updates new values for variables, all taking effect together at the end of a run
 */
public record Signature(
    List<Expr> arguments, List<Variable> variables, List<Expr> outputs, List<Update> updates) {

  /** An input that keeps its value from run to run, and its first value. */
  public record Variable(Expr input, Tensor initial) {
    public Variable {
      Signature.name(input);
      if (!initial.shape().equals(input.shape())) {
        throw new ShapeException(
            "variable \"%s\": declared with shape %s, its first value has shape %s"
                .formatted(Signature.name(input), input.shape(), initial.shape()));
      }
    }

    public String name() {
      return Signature.name(input);
    }
  }

  /** The value that a variable takes at the end of a run. */
  public record Update(Expr variable, Expr value) {
    public Update {
      if (!value.shape().equals(variable.shape())) {
        throw new ShapeException(
            "update of \"%s\": variable has shape %s, its new value %s"
                .formatted(name(variable), variable.shape(), value.shape()));
      }
    }
  }

  public Signature {
    arguments = List.copyOf(arguments);
    variables = List.copyOf(variables);
    outputs = List.copyOf(outputs);
    updates = List.copyOf(updates);
    check(arguments, variables, outputs, updates);
  }

  /** A function without memory: arguments in, outputs out. */
  public static Signature of(List<Expr> arguments, List<Expr> outputs) {
    return new Signature(arguments, List.of(), outputs, List.of());
  }

  /** Everything that must be computed, in the order that frees memory soonest. */
  List<Expr> roots() {
    List<Expr> roots = new ArrayList<>(outputs);
    // Gradients of the last layers can be formed, and the adjoints behind them dropped, while the
    // backward sweep is still on its way to the first.
    for (int i = updates.size() - 1; i >= 0; i--) {
      roots.add(updates.get(i).value());
    }
    return roots;
  }

  static String name(Expr input) {
    if (input.primitive() instanceof Leaves.Input leaf) {
      return leaf.name();
    }
    throw new IllegalArgumentException(
        "signature: " + input + " is computed, not an input — declare inputs with Expr.input");
  }

  private static void check(
      List<Expr> arguments, List<Variable> variables, List<Expr> outputs, List<Update> updates) {
    Set<Expr> declared = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Expr> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Variable variable : variables) {
      declareOnce(declared, variable.input());
      kept.add(variable.input());
    }
    for (Expr argument : arguments) {
      declareOnce(declared, argument);
    }
    List<Expr> roots = new ArrayList<>(outputs);
    for (Update update : updates) {
      roots.add(update.value());
      if (!kept.remove(update.variable())) {
        throw new IllegalArgumentException(
            "update of \"%s\": it is not a variable of the signature, or is updated twice"
                    .formatted(name(update.variable()))
                + " — declare it as a variable and update it once");
      }
    }
    for (Expr expr : Graph.ordered(roots)) {
      if (expr.primitive() instanceof Leaves.Input && !declared.contains(expr)) {
        throw new IllegalArgumentException(
            "signature: " + expr + " is used but neither an argument nor a variable — declare it");
      }
    }
  }

  private static void declareOnce(Set<Expr> declared, Expr input) {
    if (!declared.add(input)) {
      throw new IllegalArgumentException(
          "signature: \"" + name(input) + "\" is declared twice — declare each input once");
    }
    name(input);
  }
}
