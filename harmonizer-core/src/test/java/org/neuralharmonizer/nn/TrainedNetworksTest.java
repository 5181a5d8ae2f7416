package org.neuralharmonizer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.HarmonizerObjective.Terms;
import org.neuralharmonizer.nn.zoo.CifarResNet;
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;
import org.neuralharmonizer.testing.DoubleInterpreter;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;
import org.neuralharmonizer.testing.Safetensors;

/** A network trained by Keras on ImageNet, on photographs, in double precision. */
final class TrainedNetworksTest {
  // References are stored in single precision.
  private static final double STORED = 1e-6;

  /** How a network wants the bytes of a channel. */
  private interface Scaling {
    double of(double value, int channel);
  }

  @Test
  void mobileNetPredictsAndExplainsAsKerasDoes() {
    Path folder = ReferenceData.folder("model-mobilenet025-imagenet");
    check(
        folder.resolve("golden"),
        "batch4",
        MobileNetV1.of(0.25, 224, 1000).classifier(),
        MobileNetV1.fromKeras(Safetensors.read(folder.resolve("weights.safetensors"))),
        (value, channel) -> value / 127.5 - 1);
  }

  @Test
  void resNet20PredictsAndExplainsAsPyTorchDoes() {
    double[] means = {0.485, 0.456, 0.406};
    double[] deviations = {0.229, 0.224, 0.225};
    Path folder = ReferenceData.folder("model-resnet20-cifar10");
    check(
        folder.resolve("golden"),
        "batch5",
        CifarResNet.of(20).classifier(),
        Parameters.of(Safetensors.read(folder.resolve("weights.safetensors"))),
        (value, channel) -> (value / 255 - means[channel]) / deviations[channel]);
  }

  private static void check(
      Path golden, String name, Classifier classifier, Parameters trained, Scaling scaling) {
    Map<String, Tensor> arrays = Safetensors.read(golden.resolve(name + ".safetensors"));
    Map<String, Object> numbers = Json.object(Json.read(golden.resolve(name + ".json")));
    Parameters parameters = trained.fitting(classifier.parameters());
    Shape bytes = arrays.get("images_u8").shape();
    Shape batch = Shape.of(bytes.extent(0), 3, bytes.extent(1), bytes.extent(2));

    Expr images = Expr.input("images", batch);
    Expr labels = Expr.input("labels", Shape.of(batch.extent(0), classifier.classes()));
    Expr maps = Expr.input("maps", Shape.of(batch.extent(0), batch.extent(2), batch.extent(3)));
    Expr weights = Expr.input("weights", Shape.of(batch.extent(0)));
    Context context = Context.of(Mode.INFERENCE);
    HarmonizerObjective objective = HarmonizerObjective.asInReleasedCode(classifier).withLambda2(0);
    Terms terms = objective.terms(images, labels, maps, weights, context);
    Expr evaluated =
        Saliency.asEvaluated().explain(x -> x == images ? terms.logits() : x, images, labels);

    Map<Expr, double[]> values = new HashMap<>();
    values.put(images, pixels(arrays.get("images_u8"), scaling));
    values.put(labels, oneHot(arrays.get("labels"), classifier.classes()));
    values.put(maps, Differences.doubles(arrays.get("human_maps")));
    values.put(weights, Differences.doubles(arrays.get("tokens")));
    for (Parameter each : context.parameters()) {
      values.put(each.leaf(), Differences.doubles(parameters.value(each.path())));
    }
    List<double[]> actual =
        DoubleInterpreter.evaluate(
            List.of(terms.logits(), terms.saliency(), evaluated, terms.total()), values);

    check(actual.get(0), arrays.get("logits"));
    check(actual.get(1), arrays.get("saliency_signed_mean"));
    check(actual.get(2), arrays.get("saliency_max_abs"));
    assertThat(actual.get(3)[0]).isCloseTo(Json.number(numbers.get("loss")), within(1e-9));
  }

  private static void check(double[] actual, Tensor expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow(actual[i] - expected.value(i), 2);
      norm += Math.pow(expected.value(i), 2);
    }
    assertThat(Math.sqrt(difference / norm)).isLessThan(STORED);
  }

  /** N × H × W × 3 bytes as N × 3 × H × W numbers. */
  private static double[] pixels(Tensor bytes, Scaling scaling) {
    int area = bytes.shape().extent(1) * bytes.shape().extent(2);
    double[] pixels = new double[bytes.size()];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / area % 3;
      int source = (i / (3 * area) * area + i % area) * 3 + channel;
      pixels[i] = scaling.of(bytes.value(source), channel);
    }
    return pixels;
  }

  private static double[] oneHot(Tensor labels, int classes) {
    double[] values = new double[labels.size() * classes];
    for (int i = 0; i < labels.size(); i++) {
      values[i * classes + (int) labels.value(i)] = 1;
    }
    return values;
  }
}
