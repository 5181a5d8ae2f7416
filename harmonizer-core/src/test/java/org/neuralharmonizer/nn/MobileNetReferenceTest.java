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
import org.neuralharmonizer.nn.zoo.MobileNetV1;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Differences;
import org.neuralharmonizer.testing.DoubleInterpreter;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;
import org.neuralharmonizer.testing.Safetensors;

/** A network trained by Keras on ImageNet, on photographs, in double precision. */
final class MobileNetReferenceTest {
  // References are stored in single precision.
  private static final double STORED = 1e-6;

  @Test
  void predictsAndExplainsAsKerasDoes() {
    Path folder = ReferenceData.folder("model-mobilenet025-imagenet");
    Map<String, Tensor> arrays = Safetensors.read(folder.resolve("golden/batch4.safetensors"));
    Map<String, Object> numbers = Json.object(Json.read(folder.resolve("golden/batch4.json")));
    Classifier classifier = MobileNetV1.of(0.25, 224, 1000).classifier();
    Parameters parameters =
        MobileNetV1.fromKeras(Safetensors.read(folder.resolve("weights.safetensors")))
            .fitting(classifier.parameters());

    Expr images = Expr.input("images", Shape.of(4, 3, 224, 224));
    Expr labels = Expr.input("labels", Shape.of(4, 1000));
    Expr maps = Expr.input("maps", Shape.of(4, 224, 224));
    Expr weights = Expr.input("weights", Shape.of(4));
    Context context = Context.of(Mode.INFERENCE);
    HarmonizerObjective objective = HarmonizerObjective.asInReleasedCode(classifier).withLambda2(0);
    Terms terms = objective.terms(images, labels, maps, weights, context);
    Expr evaluated =
        Saliency.asEvaluated().explain(x -> x == images ? terms.logits() : x, images, labels);

    Map<Expr, double[]> values = new HashMap<>();
    values.put(images, pixels(arrays.get("images_u8")));
    values.put(labels, oneHot(arrays.get("labels")));
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

  /** N × H × W × 3 bytes as N × 3 × H × W in −1 … 1. */
  private static double[] pixels(Tensor bytes) {
    int area = 224 * 224;
    double[] pixels = new double[bytes.size()];
    for (int i = 0; i < pixels.length; i++) {
      int source = (i / (3 * area) * area + i % area) * 3 + i / area % 3;
      pixels[i] = bytes.value(source) / 127.5 - 1;
    }
    return pixels;
  }

  private static double[] oneHot(Tensor labels) {
    double[] values = new double[labels.size() * 1000];
    for (int i = 0; i < labels.size(); i++) {
      values[i * 1000 + (int) labels.value(i)] = 1;
    }
    return values;
  }
}
