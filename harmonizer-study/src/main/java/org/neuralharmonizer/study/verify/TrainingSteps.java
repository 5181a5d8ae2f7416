package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.DecayRule;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.WeightDecay;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Optimizer;
import org.neuralharmonizer.train.Sgd;

/** Some steps of harmonized training on one batch. */
final class TrainingSteps {
  // Each step carries the rounding of the gradients before it, times the learning rate.
  private static final Tolerance TOLERANCE = Tolerance.single(1e-3);

  private final Map<String, Object> entry;
  private final Map<String, Tensor> tensors;
  private final ModelRun run;
  private final Optimizer optimizer;
  private final double learningRate;

  TrainingSteps(String name, Map<String, Object> entry, Map<String, Tensor> tensors) {
    this.entry = entry;
    this.tensors = tensors;
    Shape images = Values.tensor(tensors, "x").shape();
    Classifier classifier =
        GoldenNetworks.of(
            name,
            NetworkPart.shapes(parameters(0)),
            Values.object(entry.get("geometry")),
            images.inner(),
            Values.tensor(tensors, "labels").shape().extent(1));
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withLambda1(Values.number(entry.get("lambda_harmonization")))
            .withLambda2(Values.number(entry.get("lambda_weights")))
            .withWeightDecay(decay(String.valueOf(entry.get("decayed"))));
    this.run = new ModelRun(objective, images.extent(0), Mode.TRAINING);
    this.learningRate = Values.number(entry.get("lr"));
    this.optimizer = optimizer(entry);
  }

  private static WeightDecay decay(String decayed) {
    WeightDecay released = WeightDecay.asReleased();
    return decayed.equals("all parameters") ? released.withRule(DecayRule.everything()) : released;
  }

  private static Optimizer optimizer(Map<String, Object> entry) {
    double momentum = Values.number(entry.get("momentum"));
    return Boolean.TRUE.equals(entry.get("nesterov"))
        ? Sgd.withNesterovMomentum(momentum)
        : momentum == 0 ? Sgd.plain() : Sgd.withMomentum(momentum);
  }

  private Map<String, Tensor> parameters(int step) {
    return NetworkPart.below("step" + step + ".", tensors);
  }

  void compare(PartRecorder.Case test, Evaluator evaluator) {
    List<Expr> outputs = new ArrayList<>(List.of(run.terms.crossEntropy(), run.terms.mapLoss()));
    outputs.add(run.terms.total());
    List<Expr> state = new ArrayList<>();
    List<Expr> next = new ArrayList<>();
    plan(state, next);
    outputs.addAll(next);

    Map<Expr, double[]> inputs = run.values(Parameters.of(parameters(0)).fitting(run.parameters()));
    inputs.putAll(NetworkPart.batch(run, tensors));
    state.forEach(each -> inputs.putIfAbsent(each, new double[each.shape().size()]));
    List<Object> history = Values.list(entry.get("history"));
    for (int step = 0; step < history.size(); step++) {
      List<double[]> values = evaluator.evaluate(outputs, inputs);
      compareLosses(test, step, values, Values.object(history.get(step)));
      for (int i = 0; i < state.size(); i++) {
        inputs.put(state.get(i), values.get(outputs.size() - state.size() + i));
      }
      compareParameters(test, step + 1, inputs);
    }
  }

  /** The inputs that a step changes, and their new values. */
  private void plan(List<Expr> state, List<Expr> next) {
    Optimizer.Progress progress =
        new Optimizer.Progress(Expr.literal(learningRate), Expr.literal(1));
    List<Expr> gradients = run.gradients(run.terms.total());
    for (int i = 0; i < gradients.size(); i++) {
      Parameter parameter = run.trainable().get(i);
      Expr leaf = parameter.leaf();
      List<Expr> memory =
          optimizer.memory().stream().map(name -> Expr.input(name, leaf.shape())).toList();
      Optimizer.Change change = optimizer.change(parameter, gradients.get(i), memory, progress);
      state.add(leaf);
      state.addAll(memory);
      next.add(change.parameter());
      next.addAll(change.memory());
    }
    run.updates()
        .forEach(
            update -> {
              state.add(update.statistic().leaf());
              next.add(update.value());
            });
  }

  private static void compareLosses(
      PartRecorder.Case test, int step, List<double[]> values, Map<String, Object> expected) {
    List<String> names = List.of("ce", "harmonization", "loss");
    for (int i = 0; i < names.size(); i++) {
      double wanted = Values.number(expected.get(names.get(i)));
      test.compare(names.get(i) + " of step " + step, values.get(i)[0], wanted, TOLERANCE);
    }
  }

  private void compareParameters(PartRecorder.Case test, int step, Map<Expr, double[]> inputs) {
    Map<String, Tensor> expected = new LinkedHashMap<>(parameters(step));
    for (Parameter each : run.parameters()) {
      Tensor wanted = expected.get(each.path());
      if (wanted != null) {
        test.compare(
            "step" + step + "." + each.path(),
            Objects.requireNonNull(inputs.get(each.leaf()), each.path()),
            Values.doubles(wanted),
            TOLERANCE);
      }
    }
  }
}
