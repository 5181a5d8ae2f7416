package org.neuralharmonizer.io.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.io.ReferenceData;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.ParameterRole;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.HarmonizerGradient;
import org.neuralharmonizer.train.Predictor;

class OnnxClassifierTest {
  /** The one that comes with the reference logits. */
  private static final double TOLERANCE = 1e-4;

  private static final List<String> DIGITS = List.of("0", "3", "5", "7");

  private static OnnxClassifier mnist() throws IOException {
    return OnnxClassifier.read(ReferenceData.folder("model-mnist-onnx").resolve("opt-mnist.onnx"));
  }

  /** Exported for one image at a time; all four together here. */
  @Test
  void mnistGivesTheLogitsOfOnnxRuntime() throws IOException {
    OnnxClassifier mnist = mnist();
    Path folder = ReferenceData.folder("model-mnist-onnx");
    Tensor pixels = Npy.read(folder.resolve("inputs_4x28x28_u8.npy"));
    Tensor images = Tensor.generate(Shape.of(4, 1, 28, 28), i -> pixels.value(i) / 255.0);
    Map<?, ?> outputs =
        (Map<?, ?>)
            ((Map<?, ?>) Json.parse(Files.readString(folder.resolve("expected.json"))))
                .get("outputs");
    try (Backend backend = Backends.named("cpu");
        Predictor predictor = Predictor.of(mnist.classifier(), mnist.parameters(), backend, 4)) {
      Tensor logits = predictor.logits(images);
      for (int i = 0; i < DIGITS.size(); i++) {
        List<?> expected = (List<?>) ((Map<?, ?>) outputs.get(DIGITS.get(i))).get("logits");
        for (int k = 0; k < expected.size(); k++) {
          double value = ((Number) expected.get(k)).doubleValue();
          assertThat((double) logits.at(i, k))
              .isCloseTo(value, within(TOLERANCE * Math.max(1, Math.abs(value))));
        }
      }
      assertThat(predictor.classes(images)).containsExactly(0, 3, 5, 7);
    }
  }

  @Test
  void mnistIsHarmonizedAsAnyOther() throws IOException {
    OnnxClassifier mnist = mnist();
    assertThat(mnist.classifier().parameters())
        .extracting(each -> each.role())
        .contains(ParameterRole.WEIGHT, ParameterRole.BIAS)
        .doesNotContain(ParameterRole.STATISTIC);
    HarmonizerGradient.check(mnist.classifier(), mnist.parameters());
  }

  @Test
  void aGraphThatIsNoNetworkOfImagesIsRefusedWithAllReasons() throws IOException {
    Path folder = ReferenceData.folder("onnx-conformance").resolve("node");
    assertThatThrownBy(() -> OnnxClassifier.read(folder.resolve("test_add").resolve("model.onnx")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("it takes 2 inputs");
    assertThatThrownBy(() -> OnnxClassifier.read(folder.resolve("test_relu").resolve("model.onnx")))
        .hasMessageContaining("is declared with 3 extents [3, 4, 5], images have 4");
  }

  /** By the batch, and recording what it finds, as a layer of this library does. */
  @Test
  void batchNormalizationIsTrainedAsWhereItCameFrom() throws IOException {
    Path folder =
        ReferenceData.folder("onnx-conformance/pytorch-converted/test_BatchNorm2d_momentum_eval");
    OnnxGraph graph = OnnxGraph.read(folder.resolve("model.onnx"));
    String input = graph.inputs().get(0).name();
    SeededRandom random = SeededRandom.of(1);
    Tensor images = Tensor.generate(Shape.of(4, 3, 5, 6), i -> random.nextGaussian());
    Expr x = Expr.constant(images);
    Context read = Context.of(Mode.TRAINING);
    Expr found = graph.apply(Map.of(input, x), read).get(0);
    Map<String, Tensor> values = graph.parameters(read).asMap();
    Context own = Context.of(Mode.TRAINING);
    Expr expected = BatchNorm.of(3).withEpsilon(1e-3).apply(x, own);
    assertThat(read.updates()).hasSize(2);
    assertThat(read.trainable()).hasSize(2);
    List<Expr> leaves = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Parameter parameter = read.parameters().get(i);
      leaves.add(parameter.leaf());
      tensors.add(values.get(parameter.path()));
    }
    for (Parameter parameter : own.parameters()) {
      leaves.add(parameter.leaf());
      tensors.add(tensors.get(own.parameters().indexOf(parameter)));
    }
    try (Backend backend = Backends.named("cpu");
        Executable executable = backend.load(Signature.of(leaves, List.of(found, expected)))) {
      List<Tensor> results = executable.run(tensors);
      for (int i = 0; i < images.size(); i++) {
        assertThat(results.get(0).value(i)).isCloseTo(results.get(1).value(i), within(1e-5f));
      }
    }
  }
}
