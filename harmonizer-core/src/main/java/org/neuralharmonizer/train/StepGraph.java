package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.Standardization;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Noise;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** What a training step computes, and which variables it changes. */
final class StepGraph {
  private final HarmonizerObjective objective;
  private final StepSettings settings;
  private final Context context;
  private final Expr images;
  private final Expr labels;
  private final Expr maps;
  private final Expr mapWeights;
  private final Expr learningRate = Expr.input("learning rate", Shape.SCALAR);
  private final Expr number = Expr.input("step", Shape.SCALAR);

  /** How much the map loss of this part of the batch counts; an argument if there are several. */
  private final Expr mapShare;

  /** 1 in the last part of a batch, else 0; an argument if there are several. */
  private final Expr last;

  private final HarmonizerObjective.Terms terms;
  private final List<Signature.Variable> variables = new ArrayList<>();
  private final List<Signature.Update> updates = new ArrayList<>();
  private final List<String> memory = new ArrayList<>();
  private @Nullable GradientParts norms;

  StepGraph(HarmonizerObjective objective, StepSettings settings, Parameters initial) {
    Shape image = objective.classifier().image();
    int size = settings.accumulation().size();
    this.objective = objective;
    this.settings = settings;
    context = Context.of(settings.mode());
    images = Expr.input("images", image.within(size));
    labels = Expr.input("labels", Shape.of(size, objective.classifier().classes()));
    int mapped = Math.min(size, settings.mapped());
    maps = Expr.input("maps", Shape.of(mapped, image.extent(1), image.extent(2)));
    mapWeights = Expr.input("map weights", Shape.of(mapped));
    mapShare = accumulates() ? Expr.input("map share", Shape.SCALAR) : Expr.literal(1);
    last = accumulates() ? Expr.input("last part", Shape.SCALAR) : Expr.literal(1);
    terms = objective.terms(images, labels, maps, mapWeights, context);
    declareParameters(initial.fitting(context.parameters()));
    updateStatistics();
    updateParameters();
  }

  Signature signature() {
    return new Signature(arguments(), variables, outputs(), updates);
  }

  /** The random masks that a step takes after its other arguments. */
  List<Noise> noise() {
    return context.noise();
  }

  /** The names of the variables that are not the network's. */
  List<String> memory() {
    return memory;
  }

  private boolean accumulates() {
    return settings.accumulation().parts() > 1;
  }

  private void declareParameters(Parameters values) {
    for (Parameter parameter : context.parameters()) {
      variables.add(new Signature.Variable(parameter.leaf(), values.value(parameter.path())));
    }
  }

  private void updateStatistics() {
    context
        .updates()
        .forEach(each -> updates.add(new Signature.Update(each.statistic().leaf(), each.value())));
  }

  private void updateParameters() {
    List<Parameter> learned = context.trainable();
    List<Expr> gradients = gradients(learned);
    if (settings.clipping() < Double.POSITIVE_INFINITY) {
      Expr norm = GradientParts.norm(gradients);
      Expr limit = Expr.literal(settings.clipping());
      // 1 below the limit, and NaN stays NaN.
      Expr scale = Functions.select(norm.greater(limit), limit.dividedBy(norm), Expr.literal(1));
      gradients = gradients.stream().map(each -> each.times(scale)).toList();
    }
    for (int i = 0; i < learned.size(); i++) {
      updateParameter(learned.get(i), gradients.get(i));
    }
  }

  /** Of the whole batch, in its last part; of what came so far before. */
  private List<Expr> gradients(List<Parameter> learned) {
    List<Expr> leaves = learned.stream().map(Parameter::leaf).toList();
    boolean together = settings.balance() == GradientBalance.ABSOLUTE || objective.lambda1() == 0;
    if (together) {
      return accumulated("gradient", learned, Derivatives.grad(total(), leaves));
    }
    List<Expr> rest = accumulated("gradient", learned, Derivatives.grad(withoutMaps(), leaves));
    List<Expr> ofMaps = accumulated("map gradient", learned, Derivatives.grad(mapLoss(), leaves));
    norms = GradientParts.of(rest, ofMaps, settings.balance(), objective.lambda1());
    return norms.combined(rest, ofMaps);
  }

  private Expr total() {
    if (!accumulates()) {
      return terms.total();
    }
    return objective.lambda1() > 0
        ? withoutMaps().plus(mapLoss().times(objective.lambda1()))
        : withoutMaps();
  }

  private Expr mapLoss() {
    return accumulates() ? terms.mapLoss().times(mapShare) : terms.mapLoss();
  }

  private Expr withoutMaps() {
    Expr loss = terms.crossEntropy();
    if (objective.lambda2() > 0) {
      loss = loss.plus(terms.weightDecay().times(objective.lambda2()));
    }
    return accumulates() ? loss.times(1.0 / settings.accumulation().parts()) : loss;
  }

  private List<Expr> accumulated(String name, List<Parameter> learned, List<Expr> gradients) {
    if (!accumulates()) {
      return gradients;
    }
    List<Expr> sums = new ArrayList<>();
    for (int i = 0; i < learned.size(); i++) {
      Expr before = remember(name, learned.get(i));
      Expr sum = before.plus(gradients.get(i));
      updates.add(new Signature.Update(before, inLast(Expr.zeros(sum.shape()), sum)));
      sums.add(sum);
    }
    return sums;
  }

  private void updateParameter(Parameter parameter, Expr gradient) {
    Optimizer optimizer = settings.optimizer();
    List<Expr> remembered =
        optimizer.memory().stream().map(name -> remember(name, parameter)).toList();
    Optimizer.Change change =
        optimizer.change(
            parameter, gradient, remembered, new Optimizer.Progress(learningRate, number));
    update(parameter.leaf(), change.parameter());
    for (int i = 0; i < remembered.size(); i++) {
      update(remembered.get(i), change.memory().get(i));
    }
  }

  /** A variable that is left alone is no update. */
  private void update(Expr variable, Expr next) {
    if (next != variable) {
      updates.add(new Signature.Update(variable, inLast(next, variable)));
    }
  }

  private Expr inLast(Expr then, Expr otherwise) {
    return accumulates() ? Functions.select(last.broadcastTo(then.shape()), then, otherwise) : then;
  }

  private Expr remember(String name, Parameter parameter) {
    String path = name + " of " + parameter.path();
    Expr kept = Expr.input(path, parameter.shape());
    memory.add(path);
    variables.add(new Signature.Variable(kept, Tensor.zeros(parameter.shape())));
    return kept;
  }

  /** In the order in which {@link TrainStep#run} gives them. */
  private List<Expr> arguments() {
    List<Expr> arguments =
        new ArrayList<>(List.of(images, labels, maps, mapWeights, learningRate, number));
    if (accumulates()) {
      arguments.addAll(List.of(mapShare, last));
    }
    context.noise().forEach(each -> arguments.add(each.leaf()));
    return arguments;
  }

  /** In the order in which {@link TrainStep#run} reads them. */
  private List<Expr> outputs() {
    // Without λ₁ the map loss enters nothing; computing it for the report would cost a saliency.
    Expr harmonization = objective.lambda1() > 0 ? terms.mapLoss() : Expr.literal(0);
    Expr deviation =
        objective.lambda1() > 0
            ? Standardization.deviation(terms.saliency()).mean()
            : Expr.literal(Double.NaN);
    List<Expr> outputs =
        new ArrayList<>(
            List.of(
                total(),
                terms.crossEntropy(),
                harmonization,
                terms.weightDecay(),
                right(),
                deviation));
    if (norms != null) {
      outputs.addAll(List.of(norms.rest(), norms.maps(), norms.lambda1()));
    }
    return outputs;
  }

  private Expr right() {
    Expr predicted = Expr.of(new Comparison.ArgMax(), terms.logits());
    Expr given = Expr.of(new Comparison.ArgMax(), labels);
    return Expr.of(new Comparison.Equal(), predicted, given).sum();
  }
}
