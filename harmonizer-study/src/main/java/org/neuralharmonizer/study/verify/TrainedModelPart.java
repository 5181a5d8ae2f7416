package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.CrossEntropy;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Trained networks on photographs: predictions, saliency, the objective and its gradient. */
final class TrainedModelPart implements Part {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String IMAGES = "images_u8";
  private static final String SMOOTHED = "ce_label_smoothing_";
  // Twenty-eight layers in single precision.
  private static final Tolerance LOGITS = Tolerance.single(1e-4);
  // Units within rounding of ReLU6's kinks take the other side: the makers of the reference found
  // TensorFlow in single precision 0.3 % off.
  private static final Tolerance GRADIENT = Tolerance.single(1e-2);
  // Storage of the reference is single precision, and ranks of equal pixels depend on the last bit.
  private static final Tolerance ALIGNMENT = new Tolerance(1e-9, 1e-9);

  @Override
  public boolean isIn(ReferenceFiles model) {
    return TrainedNetwork.in(model.folder().getFileName().toString()).isPresent()
        && model.has(WEIGHTS)
        && !batches(model).isEmpty();
  }

  private static List<String> batches(ReferenceFiles model) {
    ReferenceFiles golden = model.at("golden");
    return golden.names().stream()
        .filter(name -> name.endsWith(".json"))
        .map(name -> name.replace(".json", ""))
        .filter(name -> golden.has(name + ".safetensors"))
        .toList();
  }

  @Override
  public PartReport run(ReferenceFiles model, Evaluator evaluator, Precision precision) {
    String name = model.folder().getFileName().toString();
    TrainedNetwork network = TrainedNetwork.in(name).orElseThrow();
    PartRecorder recorder = new PartRecorder(name, precision);
    ReferenceFiles golden = model.at("golden");
    Map<String, Tensor> weights = model.tensors(WEIGHTS);
    for (String batch : batches(model)) {
      Map<String, Tensor> tensors = golden.tensors(batch + ".safetensors");
      if (!tensors.containsKey(IMAGES)) {
        recorder.notClaimed(batch);
        continue;
      }
      Map<String, Tensor> gradients =
          golden.has(batch + "_param_grads.safetensors")
              ? golden.tensors(batch + "_param_grads.safetensors")
              : Map.of();
      Map<String, Object> entry = golden.json(batch + ".json");
      recorder.run(
          batch, test -> compare(test, network, weights, tensors, gradients, entry, evaluator));
      if (golden.has(batch + "_alignment.json")) {
        Map<String, Object> scores = golden.json(batch + "_alignment.json");
        recorder.run(batch + " alignment", test -> alignment(test, tensors, scores));
      }
    }
    return recorder.report();
  }

  private static void compare(
      PartRecorder.Case test,
      TrainedNetwork network,
      Map<String, Tensor> weights,
      Map<String, Tensor> tensors,
      Map<String, Tensor> gradients,
      Map<String, Object> entry,
      Evaluator evaluator) {
    Shape pictures = Values.tensor(tensors, IMAGES).shape();
    Classifier classifier = network.classifier(weights, pictures.extent(1));
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withCrossEntropy(crossEntropy(entry))
            .withLambda2(0);
    ModelRun run = new ModelRun(objective, pictures.extent(0), Mode.INFERENCE);
    Map<Expr, double[]> inputs = run.values(network.parameters(weights).fitting(run.parameters()));
    inputs.put(run.images, images(network, Values.tensor(tensors, IMAGES)));
    inputs.put(run.labels, oneHot(Values.tensor(tensors, "labels"), classifier.classes()));
    inputs.put(run.human, Values.doubles(Values.tensor(tensors, "human_maps")));
    inputs.put(run.weights, Values.doubles(Values.tensor(tensors, "tokens")));
    Quantities quantities = new Quantities();
    addValues(quantities, run, tensors, entry);
    addGradients(quantities, run, network, gradients, entry);
    addTop(quantities, run, Values.list(entry.get("top5")));
    quantities.compare(test, inputs, evaluator);
    quantities.reportOthers(test, tensors, IMAGES + "|labels|human_maps|tokens");
    quantities.reportOthers(test, entry, "grad_l2|top5|images");
  }

  /** Bytes N × H × W × 3 as the network expects them, N × 3 × H × W. */
  private static double[] images(TrainedNetwork network, Tensor bytes) {
    Shape shape = bytes.shape();
    int height = shape.extent(1);
    int width = shape.extent(2);
    Tensor pixels =
        Tensor.generate(
            Shape.of(shape.extent(0), shape.extent(3), height, width),
            i -> {
              int area = height * width;
              int channel = i / area % shape.extent(3);
              int image = i / area / shape.extent(3);
              return bytes.value((image * area + i % area) * shape.extent(3) + channel);
            });
    return Values.doubles(network.preprocessing().apply(pixels));
  }

  private static double[] oneHot(Tensor labels, int classes) {
    double[] weights = new double[labels.size() * classes];
    for (int i = 0; i < labels.size(); i++) {
      weights[i * classes + (int) labels.value(i)] = 1;
    }
    return weights;
  }

  private static void addValues(
      Quantities quantities, ModelRun run, Map<String, Tensor> tensors, Map<String, Object> entry) {
    HarmonizerObjective.Terms terms = run.terms;
    quantities.add("logits", terms.logits(), tensors, LOGITS);
    quantities.add("saliency_signed_mean", terms.saliency(), tensors, GRADIENT);
    quantities.add("saliency_max_abs", run.evaluatedSaliency(), tensors, GRADIENT);
    quantities.add(smoothed(entry), terms.crossEntropy(), entry, LOGITS);
    quantities.add("harmonization", terms.mapLoss(), entry, GRADIENT);
    quantities.add("loss", terms.total(), entry, GRADIENT);
  }

  /** The name of the cross-entropy, which states its label smoothing. */
  private static String smoothed(Map<String, Object> entry) {
    return entry.keySet().stream().filter(name -> name.startsWith(SMOOTHED)).findFirst().orElse("");
  }

  /** As released, with the label smoothing that the reference states. */
  private static CrossEntropy crossEntropy(Map<String, Object> entry) {
    String name = smoothed(entry);
    return name.isEmpty()
        ? CrossEntropy.asReleased()
        : CrossEntropy.withLabelSmoothing(
            Double.parseDouble(name.substring(SMOOTHED.length()).replace('_', '.')));
  }

  private static void addGradients(
      Quantities quantities,
      ModelRun run,
      TrainedNetwork network,
      Map<String, Tensor> gradients,
      Map<String, Object> entry) {
    Map<String, Expr> byPath = new LinkedHashMap<>();
    List<Expr> all = run.gradients(run.terms.total());
    for (int i = 0; i < all.size(); i++) {
      byPath.put(run.trainable().get(i).path(), all.get(i));
    }
    Values.object(entry.get("grad_l2"))
        .forEach(
            (name, value) -> {
              Expr gradient = gradient(byPath, network.path(name));
              Expr norm = Functions.guardedSqrt(gradient.squared().sum());
              double[] expected = {Values.number(value)};
              quantities.add("grad_l2 " + name, norm, expected, GRADIENT, 0);
            });
    network
        .parameters(gradients)
        .asMap()
        .forEach(
            (path, value) ->
                quantities.add(
                    "gradient of " + path,
                    gradient(byPath, path),
                    Values.doubles(value),
                    GRADIENT,
                    0));
  }

  private static Expr gradient(Map<String, Expr> byPath, String path) {
    return Objects.requireNonNull(byPath.get(path), path);
  }

  /** The probabilities of the classes that the reference names, image by image. */
  private static void addTop(Quantities quantities, ModelRun run, List<Object> top) {
    Expr probabilities = Functions.softmax(run.terms.logits(), 1);
    List<Expr> chosen = new ArrayList<>();
    List<Double> expected = new ArrayList<>();
    for (int image = 0; image < top.size(); image++) {
      for (Object each : Values.list(top.get(image))) {
        int label = Values.integer(Values.list(each).get(0));
        Expr row = Functions.slice(probabilities, 0, image, image + 1);
        chosen.add(Functions.slice(row, 1, label, label + 1));
        expected.add(Values.number(Values.list(each).get(1)));
      }
    }
    quantities.add(
        "top5",
        Functions.concat(0, chosen.toArray(Expr[]::new)),
        expected.stream().mapToDouble(Double::doubleValue).toArray(),
        GRADIENT,
        0);
  }

  /** Measures between stored maps: nothing is computed by a network. */
  private static void alignment(
      PartRecorder.Case test, Map<String, Tensor> tensors, Map<String, Object> scores) {
    List<ImportanceMap> predicted = ImportanceMap.split(Values.tensor(tensors, "saliency_max_abs"));
    List<ImportanceMap> human = ImportanceMap.split(Values.tensor(tensors, "human_maps"));
    List<Object> perImage = Values.list(scores.get("per_image"));
    double[] correlations = new double[perImage.size()];
    for (int i = 0; i < correlations.length; i++) {
      Map<String, Object> expected = Values.object(perImage.get(i));
      StatisticsPart.measures(test, predicted.get(i), human.get(i), expected);
      correlations[i] = StatisticsPart.correlation(predicted.get(i), human.get(i));
    }
    double mean = Arrays.stream(correlations).average().orElse(Double.NaN);
    test.compare("mean_spearman", mean, Values.number(scores.get("mean_spearman")), ALIGNMENT);
    scores.forEach(
        (name, expected) -> {
          if (name.startsWith("alignment_score_over_")) {
            String digits = name.substring("alignment_score_over_".length()).replace('_', '.');
            InterRaterCeiling ceiling =
                InterRaterCeiling.published(Double.parseDouble(digits), "reference data");
            test.compare(name, ceiling.normalize(mean), Values.number(expected), ALIGNMENT);
          }
        });
  }
}
