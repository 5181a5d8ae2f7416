package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** How parameters and the optimizer's memory follow from the gradients of a whole batch. */
final class UpdateGraph {
  private final StepSettings settings;
  private final Expr learningRate = Expr.input("learning rate", Shape.SCALAR);
  private final Expr number = Expr.input("step", Shape.SCALAR);
  private final List<Signature.Variable> memory = new ArrayList<>();
  private final List<Signature.Update> updates = new ArrayList<>();
  private final List<Expr> report;

  /**
   * The rule.
   *
   * @param gradients of each kind one for each parameter
   */
  UpdateGraph(
      HarmonizerObjective objective,
      StepSettings settings,
      List<Parameter> learned,
      List<List<Expr>> gradients) {
    this.settings = settings;
    List<Expr> combined = gradients.get(0);
    if (gradients.size() > 1) {
      GradientParts norms =
          GradientParts.of(combined, gradients.get(1), settings.balance(), objective.lambda1());
      combined = norms.combined(combined, gradients.get(1));
      report = List.of(norms.rest(), norms.maps(), norms.lambda1());
    } else {
      report = List.of();
    }
    combined = clipped(combined);
    for (int i = 0; i < learned.size(); i++) {
      update(learned.get(i), combined.get(i));
    }
  }

  /** How many gradients each parameter needs: one, or those of the map loss by themselves too. */
  static int kinds(HarmonizerObjective objective, StepSettings settings) {
    boolean together = settings.balance() == GradientBalance.ABSOLUTE || objective.lambda1() == 0;
    return together ? 1 : 2;
  }

  /** The learning rate and the step's number. */
  List<Expr> progress() {
    return List.of(learningRate, number);
  }

  /** What the optimizer remembers of each parameter. */
  List<Signature.Variable> memory() {
    return memory;
  }

  /** Of parameters and memory; what is left alone has none. */
  List<Signature.Update> updates() {
    return updates;
  }

  /** The norms that {@link StepSums} reads after the losses, where gradients are balanced. */
  List<Expr> report() {
    return report;
  }

  static Signature.Variable variable(String name, Parameter parameter) {
    Expr kept = Expr.input(name + " of " + parameter.path(), parameter.shape());
    return new Signature.Variable(kept, Tensor.zeros(parameter.shape()));
  }

  private List<Expr> clipped(List<Expr> gradients) {
    if (settings.clipping() == Double.POSITIVE_INFINITY) {
      return gradients;
    }
    Expr norm = GradientParts.norm(gradients);
    Expr limit = Expr.literal(settings.clipping());
    // 1 below the limit, and NaN stays NaN.
    Expr scale = Functions.select(norm.greater(limit), limit.dividedBy(norm), Expr.literal(1));
    return gradients.stream().map(each -> each.times(scale)).toList();
  }

  private void update(Parameter parameter, Expr gradient) {
    Optimizer optimizer = settings.optimizer();
    List<Expr> remembered = new ArrayList<>();
    for (String name : optimizer.memory()) {
      memory.add(variable(name, parameter));
      remembered.add(memory.get(memory.size() - 1).input());
    }
    Optimizer.Change change =
        optimizer.change(
            parameter, gradient, remembered, new Optimizer.Progress(learningRate, number));
    update(parameter.leaf(), change.parameter());
    for (int i = 0; i < remembered.size(); i++) {
      update(remembered.get(i), change.memory().get(i));
    }
  }

  private void update(Expr variable, Expr next) {
    if (next != variable) {
      updates.add(new Signature.Update(variable, next));
    }
  }
}
