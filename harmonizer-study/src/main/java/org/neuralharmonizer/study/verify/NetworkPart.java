package org.neuralharmonizer.study.verify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Small networks of many families: the whole objective, its derivatives, and steps of training. */
final class NetworkPart implements Part {
  private static final String NAME = "b_models";
  // Activations of some ten layers, each sum rounded to 6e-8 of its largest product.
  private static final Tolerance VALUE = Tolerance.single(1e-4);
  // A gradient passes those layers twice, one of second order four times, and a unit whose input
  // lies within rounding of a kink takes the other side.
  private static final Tolerance GRADIENT = Tolerance.single(1e-3);

  @Override
  public boolean isIn(ReferenceFiles golden) {
    return golden.has(NAME + ".json");
  }

  @Override
  public boolean reads(ReferenceFiles golden, String stem) {
    return stem.equals(NAME)
        || (stem.startsWith("b_") && golden.json(NAME + ".json").containsKey(stem.substring(2)));
  }

  @Override
  public PartReport run(ReferenceFiles golden, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder(NAME, precision);
    golden
        .json(NAME + ".json")
        .forEach(
            (name, value) -> {
              String file = "b_" + name + ".safetensors";
              Map<String, Object> entry = Values.object(value);
              if (!golden.has(file)) {
                recorder.notClaimed(name);
              } else if (entry.containsKey("history")) {
                Map<String, Tensor> tensors = golden.tensors(file);
                recorder.run(
                    name, test -> new TrainingSteps(name, entry, tensors).compare(test, evaluator));
              } else {
                Map<String, Tensor> tensors = golden.tensors(file);
                recorder.run(name, test -> compare(test, name, entry, tensors, evaluator));
              }
            });
    return recorder.report();
  }

  /** Tensors below a prefix, by the rest of their names. */
  static Map<String, Tensor> below(String prefix, Map<String, Tensor> tensors) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            own.put(name.substring(prefix.length()), tensor);
          }
        });
    return own;
  }

  static Map<String, List<Integer>> shapes(Map<String, Tensor> parameters) {
    return parameters.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                each -> Arrays.stream(each.getValue().shape().extents()).boxed().toList()));
  }

  private static void compare(
      PartRecorder.Case test,
      String name,
      Map<String, Object> entry,
      Map<String, Tensor> tensors,
      Evaluator evaluator) {
    int[] extents = Values.integers(entry.get("input"));
    Map<String, Tensor> state = below("state.", tensors);
    Classifier classifier =
        GoldenNetworks.of(
            name,
            shapes(state),
            Values.object(entry.get("geometry")),
            Shape.of(extents).inner(),
            Values.integer(entry.get("classes")));
    Mode mode = "train".equals(entry.get("mode")) ? Mode.TRAINING : Mode.INFERENCE;
    HarmonizerObjective objective = HarmonizerObjective.asInReleasedCode(classifier);
    ModelRun run = new ModelRun(objective, extents[0], mode);
    test.same(
        "decayed",
        objective.weightDecay().decaying(run.parameters()).stream()
            .map(Parameter::path)
            .collect(Collectors.toCollection(TreeSet::new)),
        new TreeSet<>(Values.list(entry.get("decayed"))));
    Quantities quantities = new Quantities();
    addValues(quantities, run, entry, tensors);
    addGradients(quantities, run, run.terms.crossEntropy(), "gce.", "grad_l2_ce", entry, tensors);
    addGradients(quantities, run, run.terms.mapLoss(), "gh.", "grad_l2_harm", entry, tensors);
    run.updates()
        .forEach(
            update -> {
              String path = update.statistic().path();
              quantities.add("after." + path, update.value(), tensors, VALUE);
            });
    Map<Expr, double[]> inputs = run.values(Parameters.of(state).fitting(run.parameters()));
    inputs.putAll(batch(run, tensors));
    quantities.compare(test, inputs, evaluator);
    quantities.reportOthers(test, tensors, "x|labels|human|tokens|state\\..*");
    quantities.reportOthers(
        test,
        entry,
        "mode|labels|input|classes|tokens|decayed|parameters|geometry|grad_l2_ce|grad_l2_harm");
  }

  static Map<Expr, double[]> batch(ModelRun run, Map<String, Tensor> tensors) {
    return Map.of(
        run.images, Values.doubles(Values.tensor(tensors, "x")),
        run.labels, Values.doubles(Values.tensor(tensors, "labels")),
        run.human, Values.doubles(Values.tensor(tensors, "human")),
        run.weights, Values.doubles(Values.tensor(tensors, "tokens")));
  }

  private static void addValues(
      Quantities quantities, ModelRun run, Map<String, Object> entry, Map<String, Tensor> tensors) {
    HarmonizerObjective.Terms terms = run.terms;
    quantities.add("logits", terms.logits(), tensors, VALUE);
    quantities.add("input_grad", run.imageGradient(), tensors, GRADIENT);
    quantities.add("saliency", terms.saliency(), tensors, GRADIENT);
    quantities.add("saliency_eval", run.evaluatedSaliency(), tensors, GRADIENT);
    Expr byImages = Derivatives.grad(terms.mapLoss(), run.images);
    quantities.add("grad_x_of_harm", byImages, tensors, GRADIENT);
    quantities.add("ce", terms.crossEntropy(), entry, VALUE);
    quantities.add("harmonization", terms.mapLoss(), entry, GRADIENT);
    Expr[] levels =
        terms.mapLossLevels().stream().map(each -> each.reshape(1)).toArray(Expr[]::new);
    quantities.add("harm_per_level", Functions.concat(0, levels), entry, GRADIENT);
    quantities.add("weight_l2_half_sum", terms.weightDecay(), entry, VALUE);
    quantities.add("loss", terms.total(), entry, GRADIENT);
  }

  private static void addGradients(
      Quantities quantities,
      ModelRun run,
      Expr scalar,
      String prefix,
      String norms,
      Map<String, Object> entry,
      Map<String, Tensor> tensors) {
    Map<String, Object> expected = Values.object(entry.get(norms));
    double scale = Values.norm(expected.values().stream().mapToDouble(Values::number).toArray());
    List<Expr> gradients = run.gradients(scalar);
    for (int i = 0; i < gradients.size(); i++) {
      String path = run.trainable().get(i).path();
      quantities.add(prefix + path, gradients.get(i), tensors, GRADIENT, scale);
      Expr norm = Functions.guardedSqrt(gradients.get(i).squared().sum());
      double[] expectedNorm = {Values.number(expected.get(path))};
      quantities.add(norms + " " + path, norm, expectedNorm, GRADIENT, scale);
    }
  }
}
