package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.loss.GaussianPyramid;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizationLoss.Norm;
import org.neuralharmonizer.loss.HarmonizationLoss.SinglePixels;
import org.neuralharmonizer.loss.Pyramid;
import org.neuralharmonizer.loss.Standardization;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** The harmonization loss on given maps, in both forms, with what it is made of. */
final class LossPart implements Part {
  private static final String NAME = "a_loss";
  private static final String CONSTANT = "constant_prediction";
  private static final String UNMAPPED = "no_tokens";
  private static final String LEVELS = "levels";
  private static final List<String> SPECIAL = List.of(CONSTANT, UNMAPPED, LEVELS);
  // Means over a map lose up to three digits of single precision to cancellation where the
  // standardized maps of model and people agree.
  private static final Tolerance TOLERANCE = Tolerance.single(1e-4);

  @Override
  public boolean isIn(ReferenceFiles golden) {
    return golden.has(NAME + ".json");
  }

  @Override
  public boolean reads(ReferenceFiles golden, String stem) {
    return stem.equals(NAME)
        || stem.equals(NAME + "_constant")
        || (stem.startsWith(NAME + "_")
            && golden.json(NAME + ".json").containsKey(stem.substring(NAME.length() + 1)));
  }

  @Override
  public PartReport run(ReferenceFiles golden, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder(NAME, precision);
    golden
        .json(NAME + ".json")
        .forEach(
            (name, value) -> {
              Map<String, Object> entry = Values.object(value);
              String file = NAME + "_" + name + ".safetensors";
              if (golden.has(file)) {
                Map<String, Tensor> tensors = golden.tensors(file);
                recorder.run(name, test -> compare(test, entry, tensors, evaluator));
              } else {
                special(recorder, name, entry, golden, evaluator);
              }
            });
    return recorder.report();
  }

  private static void compare(
      PartRecorder.Case test,
      Map<String, Object> entry,
      Map<String, Tensor> tensors,
      Evaluator evaluator) {
    Maps maps = new Maps(Values.tensor(tensors, "sal").shape());
    Quantities results = new Quantities();
    addReleased(results, entry, tensors, maps);
    addPaper(results, entry, tensors, maps);
    Standardization standardization = Standardization.asReleased();
    results.add("std_sal", standardization.standardize(maps.saliency), tensors, TOLERANCE);
    results.add("cut_sal", standardization.positivePart(maps.saliency), tensors, TOLERANCE);
    results.add("cut_human", standardization.positivePart(maps.human), tensors, TOLERANCE);
    List<Expr> raw = GaussianPyramid.of().levels(maps.saliency, count(tensors, "pyr_raw_"));
    for (int i = 0; i < raw.size(); i++) {
      results.add("pyr_raw_" + i, raw.get(i), tensors, TOLERANCE);
    }
    results.compare(test, maps.values(tensors, "sal", "human", "tokens"), evaluator);
    results.reportOthers(test, tensors, "sal|human|tokens");
    results.reportOthers(test, entry, "shape|tokens|levels");
  }

  private static void addReleased(
      Quantities results, Map<String, Object> entry, Map<String, Tensor> tensors, Maps maps) {
    List<List<Expr>> pyramids = new ArrayList<>();
    Pyramid recording =
        (images, levels) -> {
          pyramids.add(GaussianPyramid.of().levels(images, count(tensors, "pyr_sal_")));
          return GaussianPyramid.of().levels(images, levels);
        };
    HarmonizationLoss released =
        HarmonizationLoss.asInReleasedCode().withLevels(Values.integer(entry.get("levels")));
    Expr loss = released.loss(maps.saliency, maps.human, maps.weights);
    Expr gradient = Derivatives.grad(loss, maps.saliency);
    results.add("loss", loss, entry, TOLERANCE);
    results.add("grad_sal", gradient, tensors, TOLERANCE);
    results.add("grad_l2", gradient.squared().sum().sqrt(), entry, TOLERANCE);
    List<Expr> levels = released.levels(maps.saliency, maps.human, maps.weights);
    results.add("per_level", joined(levels), entry, TOLERANCE);
    released.withPyramid(recording).loss(maps.saliency, maps.human, maps.weights);
    results.add("cut_human_rescaled", pyramids.get(1).get(0), tensors, TOLERANCE);
    for (int i = 0; i < pyramids.get(0).size(); i++) {
      results.add("pyr_sal_" + i, pyramids.get(0).get(i), tensors, TOLERANCE);
      results.add("pyr_human_" + i, pyramids.get(1).get(i), tensors, TOLERANCE);
    }
  }

  private static void addPaper(
      Quantities results, Map<String, Object> entry, Map<String, Tensor> tensors, Maps maps) {
    String distances = "paper_form_per_sample_level";
    if (!entry.containsKey(distances)) {
      return;
    }
    List<Object> samples = Values.list(entry.get(distances));
    HarmonizationLoss paper =
        HarmonizationLoss.asInPaper()
            .withNorm(Norm.SQUARED)
            .withSinglePixels(SinglePixels.ALLOWED)
            .withLevels(Values.list(samples.get(0)).size());
    Expr byLevel = joined(paper.distances(maps.saliency, maps.human));
    List<Double> flat =
        samples.stream().flatMap(each -> Arrays.stream(Values.numbers(each)).boxed()).toList();
    results.add(distances, byLevel.permute(1, 0), Map.of(distances, flat), TOLERANCE);
    // The reference counts an image with a fraction of a map as one with a map.
    Expr loss = paper.loss(maps.saliency, maps.human, maps.weights.step());
    results.add("paper_form_sum_levels_mean_over_mapped", loss, entry, TOLERANCE);
    results.add("grad_sal_paper_form", Derivatives.grad(loss, maps.saliency), tensors, TOLERANCE);
  }

  /** Expressions one after another along a new outermost axis. */
  private static Expr joined(List<Expr> parts) {
    Expr[] rows =
        parts.stream().map(each -> each.reshape(each.shape().within(1))).toArray(Expr[]::new);
    return Functions.concat(0, rows);
  }

  private static int count(Map<String, Tensor> tensors, String prefix) {
    long found = tensors.keySet().stream().filter(name -> name.startsWith(prefix)).count();
    return Math.max(1, (int) found);
  }

  /** Cases on the maps of the file for constants: a constant saliency, no maps, level counts. */
  private static void special(
      PartRecorder recorder,
      String name,
      Map<String, Object> entry,
      ReferenceFiles golden,
      Evaluator evaluator) {
    String file = NAME + "_constant.safetensors";
    if (!SPECIAL.contains(name) || !golden.has(file)) {
      recorder.notClaimed(name);
      return;
    }
    Map<String, Tensor> tensors = golden.tensors(file);
    String saliency = name.equals(CONSTANT) ? "sal" : "sal_levels";
    Maps maps = new Maps(Values.tensor(tensors, saliency).shape());
    Map<Expr, double[]> inputs = maps.values(tensors, saliency, "human", "");
    if (name.equals(UNMAPPED)) {
      inputs.put(maps.weights, new double[maps.weights.shape().size()]);
    }
    Quantities results = new Quantities();
    HarmonizationLoss released = HarmonizationLoss.asInReleasedCode();
    results.add("loss", released.loss(maps.saliency, maps.human, maps.weights), entry, TOLERANCE);
    entry.keySet().stream()
        .filter(key -> name.equals(LEVELS) && key.matches("[1-9]\\d?"))
        .forEach(
            count -> {
              HarmonizationLoss loss = released.withLevels(Integer.parseInt(count));
              Expr value = loss.loss(maps.saliency, maps.human, maps.weights);
              results.add(count, value, entry, TOLERANCE);
            });
    recorder.run(
        name,
        test -> {
          results.compare(test, inputs, evaluator);
          results.reportOthers(test, entry, "note");
        });
  }

  /** Inputs for a batch of maps. */
  private static final class Maps {
    final Expr saliency;
    final Expr human;
    final Expr weights;

    Maps(Shape shape) {
      saliency = Expr.input("saliency", shape);
      human = Expr.input("human", shape);
      weights = Expr.input("map weights", Shape.of(shape.extent(0)));
    }

    /** Their values; every map weight is 1 where none are given. */
    Map<Expr, double[]> values(
        Map<String, Tensor> tensors, String saliencyName, String humanName, String weightsName) {
      Map<Expr, double[]> values = new LinkedHashMap<>();
      values.put(saliency, Values.doubles(Values.tensor(tensors, saliencyName)));
      values.put(human, Values.doubles(Values.tensor(tensors, humanName)));
      Tensor given = tensors.getOrDefault(weightsName, Tensor.filled(weights.shape(), 1));
      values.put(weights, Values.doubles(given));
      return values;
    }
  }
}
