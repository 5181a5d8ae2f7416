package org.neuralharmonizer.study.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Update;
import org.neuralharmonizer.tensor.Shape;

/** The objective of one classifier on one batch, with its inputs and derived expressions. */
final class ModelRun {
  final Expr images;
  final Expr labels;
  final Expr human;
  final Expr weights;
  final HarmonizerObjective objective;
  final HarmonizerObjective.Terms terms;
  private final Context context;

  ModelRun(HarmonizerObjective objective, int batch, Mode mode) {
    Classifier classifier = objective.classifier();
    Shape image = classifier.image();
    this.objective = objective;
    this.images = Expr.input("images", image.within(batch));
    this.labels = Expr.input("labels", Shape.of(batch, classifier.classes()));
    this.human = Expr.input("human", image.inner().within(batch));
    this.weights = Expr.input("map weights", Shape.of(batch));
    this.context = Context.of(mode);
    this.terms = objective.terms(images, labels, human, weights, context);
  }

  List<Parameter> trainable() {
    return context.trainable();
  }

  List<Parameter> parameters() {
    return context.parameters();
  }

  List<Update> updates() {
    return context.updates();
  }

  /** The gradients of a scalar by everything learned. */
  List<Expr> gradients(Expr scalar) {
    return Derivatives.grad(scalar, trainable().stream().map(Parameter::leaf).toList());
  }

  /** The gradient of the explained score by the images, N × C × H × W. */
  Expr imageGradient() {
    return Derivatives.grad(terms.logits().times(labels).sum(), images);
  }

  /** The map that is evaluated rather than trained. */
  Expr evaluatedSaliency() {
    return Saliency.asEvaluated().reduction().reduce(imageGradient());
  }

  /** Values for the parameters. */
  Map<Expr, double[]> values(Parameters parameters) {
    Map<Expr, double[]> values = new LinkedHashMap<>();
    for (Parameter each : parameters()) {
      values.put(each.leaf(), Values.doubles(parameters.value(each.path())));
    }
    return values;
  }
}
