package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.Standardization;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Noise;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** What a training step computes, and which variables it changes. */
final class StepGraph {
  private final HarmonizerObjective objective;
  private final Context context;
  private final Expr images;
  private final Expr labels;
  private final Expr maps;
  private final Expr mapWeights;
  private final Expr learningRate = Expr.input("learning rate", Shape.SCALAR);
  private final HarmonizerObjective.Terms terms;
  private final List<Signature.Variable> variables = new ArrayList<>();
  private final List<Signature.Update> updates = new ArrayList<>();
  private final List<String> memory = new ArrayList<>();

  StepGraph(
      HarmonizerObjective objective,
      Optimizer optimizer,
      Parameters initial,
      int batch,
      Mode mode) {
    Shape image = objective.classifier().image();
    this.objective = objective;
    context = Context.of(mode);
    images = Expr.input("images", image.within(batch));
    labels = Expr.input("labels", Shape.of(batch, objective.classifier().classes()));
    maps = Expr.input("maps", Shape.of(batch, image.extent(1), image.extent(2)));
    mapWeights = Expr.input("map weights", Shape.of(batch));
    terms = objective.terms(images, labels, maps, mapWeights, context);
    declareParameters(initial.fitting(context.parameters()));
    updateStatistics();
    updateParameters(optimizer);
  }

  Signature signature() {
    return new Signature(arguments(), variables, outputs(), updates);
  }

  /** The random masks that a step takes after its other arguments. */
  List<Noise> noise() {
    return context.noise();
  }

  /** The names of the variables that belong to the optimizer. */
  List<String> memory() {
    return memory;
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

  private void updateParameters(Optimizer optimizer) {
    List<Parameter> learned = context.trainable();
    List<Expr> gradients =
        Derivatives.grad(terms.total(), learned.stream().map(Parameter::leaf).toList());
    for (int i = 0; i < learned.size(); i++) {
      updateParameter(optimizer, learned.get(i), gradients.get(i));
    }
  }

  private void updateParameter(Optimizer optimizer, Parameter parameter, Expr gradient) {
    List<Expr> remembered =
        optimizer.memory().stream().map(name -> remember(name, parameter)).toList();
    Optimizer.Change change =
        optimizer.change(parameter.leaf(), gradient, remembered, learningRate);
    updates.add(new Signature.Update(parameter.leaf(), change.parameter()));
    for (int i = 0; i < remembered.size(); i++) {
      updates.add(new Signature.Update(remembered.get(i), change.memory().get(i)));
    }
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
    List<Expr> arguments = new ArrayList<>(List.of(images, labels, maps, mapWeights, learningRate));
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
    return List.of(
        terms.total(),
        terms.crossEntropy(),
        harmonization,
        terms.weightDecay(),
        right(),
        deviation);
  }

  private Expr right() {
    Expr predicted = Expr.of(new Comparison.ArgMax(), terms.logits());
    Expr given = Expr.of(new Comparison.ArgMax(), labels);
    return Expr.of(new Comparison.Equal(), predicted, given).sum();
  }
}
