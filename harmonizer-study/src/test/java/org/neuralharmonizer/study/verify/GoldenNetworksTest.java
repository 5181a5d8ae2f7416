package org.neuralharmonizer.study.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.InputTimesGradient;
import org.neuralharmonizer.explain.IntegratedGradients;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.DecayRule;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.HarmonizerObjective.Terms;
import org.neuralharmonizer.loss.WeightDecay;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Update;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.DoubleInterpreter;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;
import org.neuralharmonizer.testing.Safetensors;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.LearningRateSchedule;
import org.neuralharmonizer.train.Sgd;
import org.neuralharmonizer.train.TrainingListener;
import org.neuralharmonizer.train.TrainingResult;

/** Every network of the reference data in double precision: values, both gradients, statistics. */
final class GoldenNetworksTest {
  // References are stored in single precision, a relative error of 6e-8 for each element.
  private static final double TOLERANCE = 1e-6;

  private static final int STEPS = 20;

  private final Map<Expr, double[]> values = new HashMap<>();
  private final Map<Expr, double[]> expected = new LinkedHashMap<>();
  private final Map<Expr, String> names = new HashMap<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "poollinear",
        "vgg",
        "resnet_eval",
        "resnet_train",
        "resnetv2_train",
        "effnet_eval",
        "effnet_train",
        "vit",
        "convnext"
      })
  void agreesWithTheReference(String name) {
    Path folder = ReferenceData.folder("golden");
    Map<String, Object> entry =
        Json.object(Json.object(Json.read(folder.resolve("b_models.json"))).get(name));
    Map<String, Tensor> arrays = Safetensors.read(folder.resolve("b_" + name + ".safetensors"));
    Shape batch = Shape.of(Json.ints(entry.get("input")));
    int classes = (int) Json.number(entry.get("classes"));
    Classifier classifier =
        GoldenNetworks.of(
            name, shapes(entry), Json.object(entry.get("geometry")), batch.inner(), classes);
    assertParameters(shapes(entry), classifier);
    Context context =
        Context.of("train".equals(entry.get("mode")) ? Mode.TRAINING : Mode.INFERENCE);

    Expr images = given("x", arrays);
    Expr labels = given("labels", arrays);
    Expr maps = given("human", arrays);
    Expr weights = given("tokens", arrays);
    HarmonizerObjective objective = HarmonizerObjective.asInReleasedCode(classifier);
    Terms terms = objective.terms(images, labels, maps, weights, context);
    for (Parameter each : context.parameters()) {
      values.put(each.leaf(), doubles(arrays.get("state." + each.path())));
    }

    expect("logits", terms.logits(), arrays.get("logits"));
    expect("saliency", terms.saliency(), arrays.get("saliency"));
    Expr evaluated =
        Saliency.asEvaluated().explain(x -> classifier.logits(x, context), images, labels);
    expect("saliency_eval", evaluated, arrays.get("saliency_eval"));
    expect("ce", terms.crossEntropy(), entry);
    expect("harmonization", terms.mapLoss(), entry);
    expect("weight_l2_half_sum", terms.weightDecay(), entry);
    expect("loss", terms.total(), entry);
    double[] levels = Json.doubles(entry.get("harm_per_level"));
    for (int i = 0; i < levels.length; i++) {
      expect("level " + i, terms.mapLossLevels().get(i), new double[] {levels[i]});
    }
    expect(
        "grad_x_of_harm", Derivatives.grad(terms.mapLoss(), images), arrays.get("grad_x_of_harm"));
    List<Expr> leaves = context.trainable().stream().map(Parameter::leaf).toList();
    List<Expr> plain = Derivatives.grad(terms.crossEntropy(), leaves);
    List<Expr> harmonized = Derivatives.grad(terms.mapLoss(), leaves);
    for (int i = 0; i < leaves.size(); i++) {
      String path = context.trainable().get(i).path();
      expect("gce." + path, plain.get(i), arrays.get("gce." + path));
      expect("gh." + path, harmonized.get(i), arrays.get("gh." + path));
    }
    for (Update each : context.updates()) {
      String after = "after." + each.statistic().path();
      expect(after, each.value(), arrays.get(after));
    }
    compare();
    assertThat(WeightDecay.asReleased().decaying(context.parameters()))
        .extracting(Parameter::path)
        .containsExactlyInAnyOrderElementsOf(
            Json.list(entry.get("decayed")).stream().map(String::valueOf).toList());
  }

  /** Through the trainer, which takes the same batch three times, in an order of its own. */
  @Test
  void threeStepsOfTheTrainerAgreeWithTheReference() {
    Path folder = ReferenceData.folder("golden");
    Map<String, Object> entry =
        Json.object(Json.object(Json.read(folder.resolve("b_models.json"))).get("sgd_steps"));
    Map<String, Tensor> arrays = Safetensors.read(folder.resolve("b_sgd_steps.safetensors"));
    List<Object> history = Json.list(entry.get("history"));
    Map<String, Tensor> first = NetworkPart.below("step0.", arrays);
    LabeledImages images =
        LabeledImages.of(arrays.get("x"), arrays.get("labels"))
            .withMaps(arrays.get("human"), doubles(arrays.get("tokens")));
    Classifier classifier =
        GoldenNetworks.of(
            "sgd_steps",
            NetworkPart.shapes(first),
            Map.of(),
            images.imageShape(),
            images.classes());
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withLambda1(Json.number(entry.get("lambda_harmonization")))
            .withLambda2(Json.number(entry.get("lambda_weights")))
            .withWeightDecay(WeightDecay.asReleased().withRule(DecayRule.everything()));
    TrainingResult result;
    try (Backend backend = Backends.named("cpu", BackendOptions.defaults())) {
      result =
          Harmonizer.of(objective)
              .optimizer(Sgd.withMomentum(Json.number(entry.get("momentum"))))
              .learningRate(LearningRateSchedule.constant(Json.number(entry.get("lr"))))
              .startingFrom(Parameters.of(first))
              .batch(images.size())
              .epochs(history.size())
              .build()
              .fit(images, backend);
    }
    for (int step = 0; step < history.size(); step++) {
      Map<String, Object> wanted = Json.object(history.get(step));
      TrainingListener.Losses losses = result.epochs().get(step).losses();
      // Single precision, through ten layers and their derivatives, step after step.
      assertThat(losses.crossEntropy())
          .isCloseTo(Json.number(wanted.get("ce")), withinPercentage(0.01));
      assertThat(losses.harmonization())
          .isCloseTo(Json.number(wanted.get("harmonization")), withinPercentage(0.01));
      assertThat(losses.total()).isCloseTo(Json.number(wanted.get("loss")), withinPercentage(0.01));
    }
    Map<String, Tensor> last = NetworkPart.below("step" + history.size() + ".", arrays);
    last.forEach(
        (path, tensor) -> {
          double[] reference = doubles(tensor);
          double[] trained = doubles(result.parameters().value(path));
          assertThat(norm(minus(trained, reference))).isLessThan(1e-3 * norm(reference));
        });
  }

  /**
   * Input times gradient from the reference's gradient; and what integrated gradients add up to,
   * from the reference's logits and those of a black image.
   */
  @ParameterizedTest
  @ValueSource(strings = {"vgg", "vit"})
  void attributionsAgreeWithTheReference(String name) {
    Path folder = ReferenceData.folder("golden");
    Map<String, Object> entry =
        Json.object(Json.object(Json.read(folder.resolve("b_models.json"))).get(name));
    Map<String, Tensor> arrays = Safetensors.read(folder.resolve("b_" + name + ".safetensors"));
    Classifier classifier =
        GoldenNetworks.of(
            name,
            shapes(entry),
            Json.object(entry.get("geometry")),
            arrays.get("x").shape().inner(),
            (int) Json.number(entry.get("classes")));
    Context context = Context.of(Mode.INFERENCE);
    Model model = classifier.model(context);
    Expr images = given("x", arrays);
    Expr labels = given("labels", arrays);
    Expr product = Expr.constant(arrays.get("input_grad")).times(images).mean(1);
    Expr byGradient =
        InputTimesGradient.of(ChannelReduction.SIGNED_MEAN).explain(model, images, labels);
    Expr reached = Expr.constant(arrays.get("logits")).times(labels).sum(1);
    Expr start = model.logits(images.times(0)).times(labels).sum(1);
    Expr coarse = sumOfAttributions(STEPS, model, images, labels);
    Expr fine = sumOfAttributions(8 * STEPS, model, images, labels);
    for (Parameter each : context.parameters()) {
      values.put(each.leaf(), doubles(arrays.get("state." + each.path())));
    }
    List<double[]> results =
        DoubleInterpreter.evaluate(
            List.of(product, byGradient, reached, start, coarse, fine), values);
    assertThat(results.get(1)).containsExactly(results.get(0), within(1e-6));
    double[] differences = minus(results.get(2), results.get(3));
    double coarseError = norm(minus(results.get(4), differences));
    double fineError = norm(minus(results.get(5), differences));
    // At a kink on the path the rule errs by up to half a step times the jump of the gradient. With
    // 160 steps that is 0.3 % of the jumps, which are of the size of the gradient itself.
    assertThat(fineError).isLessThan(0.01 * norm(differences)).isLessThan(coarseError);
  }

  private static double[] minus(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
  }

  private static Expr sumOfAttributions(int steps, Model model, Expr images, Expr labels) {
    return IntegratedGradients.of(steps, ChannelReduction.SIGNED_MEAN)
        .attribution(model, images, labels)
        .sum(1, 2, 3);
  }

  @Test
  void theMissingIsNamed() {
    Shape image = Shape.of(3, 8, 8);
    assertThatThrownBy(() -> GoldenNetworks.of("alexnet", Map.of(), Map.of(), image, 2))
        .hasMessage(
            "reference network: family of \"alexnet\" is unknown — known are poollinear, vgg,"
                + " resnet, resnetv2, effnet, vit, convnext");
    assertThatThrownBy(() -> GoldenNetworks.of("poollinear", Map.of(), Map.of(), image, 2))
        .hasMessage("reference network: geometry \"pool\" is null — there are {}");
    assertThatThrownBy(
            () -> GoldenNetworks.of("poollinear_2", Map.of(), Map.of("pool", 2.0), image, 2))
        .hasMessage(
            "reference network: parameter \"fc.weight\" is null, axis 1 is needed — there are []");
  }

  /** Other depths, kernels and entries than those of the reference set. */
  @Test
  void depthFollowsFromTheNames() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    put(shapes, "features.0", 4, 3, 3, 3);
    put(shapes, "features.3", 5, 4, 5, 5);
    put(shapes, "features.5", 6, 5, 3, 3);
    put(shapes, "classifier.0", 7, 6 * 4 * 4);
    put(shapes, "classifier.2", 8, 7);
    put(shapes, "classifier.4", 2, 8);
    assertParameters("vgg_deep", shapes, Map.of());

    shapes.clear();
    put(shapes, "patch_embed.proj", 6, 3, 4, 4);
    shapes.put("cls_token", List.of(1, 1, 6));
    shapes.put("pos_embed", List.of(1, 17, 6));
    for (int block = 0; block < 3; block++) {
      String path = "blocks." + block + ".";
      put(shapes, path + "norm1", 6);
      put(shapes, path + "attn.qkv", 18, 6);
      put(shapes, path + "attn.proj", 6, 6);
      put(shapes, path + "norm2", 6);
      put(shapes, path + "mlp.fc1", 9, 6);
      put(shapes, path + "mlp.fc2", 6, 9);
    }
    put(shapes, "norm", 6);
    put(shapes, "head", 2, 6);
    assertParameters("vit_tanh", shapes, Map.of("heads", 2.0, "gelu", "tanh"));
  }

  private static void put(Map<String, List<Integer>> shapes, String path, Integer... extents) {
    shapes.put(path + ".weight", List.of(extents));
    shapes.put(path + ".bias", List.of(extents[0]));
  }

  private static void assertParameters(
      String name, Map<String, List<Integer>> shapes, Map<String, Object> geometry) {
    assertParameters(shapes, GoldenNetworks.of(name, shapes, geometry, Shape.of(3, 16, 16), 2));
  }

  private static void assertParameters(Map<String, List<Integer>> shapes, Classifier classifier) {
    Map<String, List<Integer>> found = new LinkedHashMap<>();
    for (Parameter each : classifier.parameters()) {
      if (each.trainable()) {
        found.put(each.path(), Arrays.stream(each.shape().extents()).boxed().toList());
      }
    }
    assertThat(found).isEqualTo(shapes);
  }

  private void compare() {
    List<Expr> roots = List.copyOf(expected.keySet());
    List<double[]> actual = DoubleInterpreter.evaluate(roots, values);
    for (int i = 0; i < roots.size(); i++) {
      double[] reference = expected.get(roots.get(i));
      // The floor lets a gradient that is 0 but for rounding be compared.
      double scale = Math.max(norm(reference), 1e-6);
      double[] difference = actual.get(i).clone();
      for (int j = 0; j < difference.length; j++) {
        difference[j] -= reference[j];
      }
      assertThat(norm(difference) / scale).as(names.get(roots.get(i))).isLessThan(TOLERANCE);
    }
  }

  private void expect(String name, Expr actual, Map<String, Object> entry) {
    expect(name, actual, new double[] {Json.number(entry.get(name))});
  }

  private void expect(String name, Expr actual, Tensor reference) {
    expect(name, actual, doubles(reference));
  }

  private void expect(String name, Expr actual, double[] reference) {
    expected.put(actual, reference);
    names.put(actual, name);
  }

  private Expr given(String name, Map<String, Tensor> arrays) {
    Expr leaf = Expr.input(name, arrays.get(name).shape());
    values.put(leaf, doubles(arrays.get(name)));
    return leaf;
  }

  private static Map<String, List<Integer>> shapes(Map<String, Object> entry) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    Json.object(entry.get("parameters"))
        .forEach(
            (path, shape) -> shapes.put(path, Arrays.stream(Json.ints(shape)).boxed().toList()));
    return shapes;
  }

  private static double[] doubles(Tensor tensor) {
    double[] doubles = new double[tensor.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = tensor.value(i);
    }
    return doubles;
  }

  private static double norm(double[] vector) {
    return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
  }
}
