package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Noise;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;

/** What a training step computes, and which variables it changes. */
final class StepGraph {
  private final StepSettings settings;
  private final LossGraph losses;
  private final UpdateGraph update;

  /** 1 in the last part of a batch, else 0; an argument if there are several. */
  private final Expr last;

  private final List<Signature.Variable> variables = new ArrayList<>();
  private final List<Signature.Update> updates = new ArrayList<>();
  private final List<String> memory = new ArrayList<>();

  StepGraph(HarmonizerObjective objective, StepSettings settings, Parameters initial) {
    this.settings = settings;
    losses = new LossGraph(objective, settings);
    last = accumulates() ? Expr.input("last part", Shape.SCALAR) : Expr.literal(1);
    List<Parameter> parameters = losses.context().parameters();
    Parameters values = initial.fitting(parameters);
    parameters.forEach(
        each -> variables.add(new Signature.Variable(each.leaf(), values.value(each.path()))));
    losses
        .context()
        .updates()
        .forEach(each -> updates.add(new Signature.Update(each.statistic().leaf(), each.value())));
    List<Parameter> learned = losses.context().trainable();
    update = new UpdateGraph(objective, settings, learned, accumulated(learned));
    update.memory().forEach(this::remember);
    for (Signature.Update each : update.updates()) {
      updates.add(new Signature.Update(each.variable(), inLast(each.value(), each.variable())));
    }
  }

  Signature signature() {
    return new Signature(arguments(), variables, outputs(), updates);
  }

  /** The random masks that a step takes after its other arguments. */
  List<Noise> noise() {
    return losses.context().noise();
  }

  /** The names of the variables that are not the network's. */
  List<String> memory() {
    return memory;
  }

  private boolean accumulates() {
    return settings.accumulation().parts() > 1;
  }

  /** Of the whole batch, in its last part; of what came so far before. */
  private List<List<Expr>> accumulated(List<Parameter> learned) {
    List<List<Expr>> gradients = losses.gradients();
    if (!accumulates()) {
      return gradients;
    }
    List<List<Expr>> sums = new ArrayList<>();
    for (int kind = 0; kind < gradients.size(); kind++) {
      List<Expr> ofKind = new ArrayList<>();
      for (int i = 0; i < learned.size(); i++) {
        String name = kind == 0 ? "gradient" : "map gradient";
        Signature.Variable before = UpdateGraph.variable(name, learned.get(i));
        remember(before);
        Expr sum = before.input().plus(gradients.get(kind).get(i));
        updates.add(new Signature.Update(before.input(), inLast(Expr.zeros(sum.shape()), sum)));
        ofKind.add(sum);
      }
      sums.add(ofKind);
    }
    return sums;
  }

  private Expr inLast(Expr then, Expr otherwise) {
    return accumulates() ? Functions.select(last.broadcastTo(then.shape()), then, otherwise) : then;
  }

  private void remember(Signature.Variable variable) {
    variables.add(variable);
    memory.add(variable.name());
  }

  /** In the order in which {@link TrainStep#run} gives them. */
  private List<Expr> arguments() {
    List<Expr> arguments = new ArrayList<>(losses.batch());
    arguments.addAll(update.progress());
    if (accumulates()) {
      arguments.addAll(List.of(losses.mapShare(), last));
    }
    noise().forEach(each -> arguments.add(each.leaf()));
    return arguments;
  }

  private List<Expr> outputs() {
    List<Expr> outputs = losses.report();
    outputs.addAll(update.report());
    return outputs;
  }
}
