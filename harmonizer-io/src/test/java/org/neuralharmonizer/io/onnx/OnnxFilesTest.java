package org.neuralharmonizer.io.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.HarmonizerGradient;
import org.neuralharmonizer.testing.SmallNetworks;
import org.neuralharmonizer.train.Predictor;

class OnnxFilesTest {
  /** Two runtimes sum in different orders; networks of up to fifty layers carry that on. */
  private static final double TOLERANCE = 1e-4;

  @TempDir Path folder;

  static Stream<Arguments> networks() {
    return SmallNetworks.all().entrySet().stream()
        .map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void othersAndWeReadWhatIsWritten(String name, Classifier classifier)
      throws IOException, OrtException {
    Parameters parameters = moved(classifier);
    Path file = folder.resolve("network.onnx");
    OnnxFiles.write(file, classifier, parameters, Map.of("made", "by a test"));
    OnnxClassifier read = OnnxClassifier.read(file);
    assertThat(read.parameters().paths()).hasSameElementsAs(parameters.paths());
    assertThat(read.model().metadata()).containsEntry("made", "by a test");
    // Neither one image nor the two and three for which the network was built.
    Tensor images = random(classifier.image().within(5), 3);
    Tensor expected = logits(classifier, parameters, images);
    assertClose(logits(read.classifier(), read.parameters(), images), expected);
    assertClose(inOnnxRuntime(file, images), expected);
  }

  @Test
  void aTransformerFromAFileIsHarmonizedAsAnyOther() throws IOException {
    Classifier classifier = SmallNetworks.all().get("ViT");
    Path file = folder.resolve("vit.onnx");
    OnnxFiles.write(file, classifier, classifier.initialize(1), Map.of());
    OnnxClassifier read = OnnxClassifier.read(file);
    HarmonizerGradient.check(read.classifier(), read.parameters());
  }

  @Test
  void whatHasNoOperatorIsRefused() {
    Classifier first =
        Classifier.of(
            (x, context) ->
                Functions.slice(x, 0, 0, 1)
                    .reshape(1, 2)
                    .broadcastTo(Shape.of(x.shape().extent(0), 2)),
            Shape.of(2, 1, 1),
            2);
    assertThatThrownBy(
            () -> OnnxFiles.write(folder.resolve("x.onnx"), first, Parameters.empty(), Map.of()))
        .hasMessageContaining("takes single images out of the batch");
    assertThat(folder).isEmptyDirectory();
  }

  /** Biases and statistics away from their first values, which would hide a mistake. */
  private static Parameters moved(Classifier classifier) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    classifier
        .initialize(7)
        .asMap()
        .forEach(
            (path, value) -> {
              SeededRandom random = SeededRandom.of(path.hashCode());
              double by = value.shape().rank() == 1 ? 0.2 : 0;
              values.put(
                  path,
                  Tensor.generate(value.shape(), i -> value.value(i) + by * random.nextDouble()));
            });
    return Parameters.of(values);
  }

  private static Tensor random(Shape shape, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    return Tensor.generate(shape, i -> random.nextGaussian());
  }

  private static Tensor logits(Classifier classifier, Parameters parameters, Tensor images) {
    try (Backend backend = Backends.named("cpu");
        Predictor predictor = Predictor.of(classifier, parameters, backend, 5)) {
      return predictor.logits(images);
    }
  }

  private static Tensor inOnnxRuntime(Path file, Tensor images) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = Arrays.stream(images.shape().extents()).asLongStream().toArray();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor given =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.toArray()), shape);
        OrtSession.Result result = session.run(Map.of("images", given))) {
      float[][] logits = (float[][]) result.get(0).getValue();
      Tensor[] rows = new Tensor[logits.length];
      Arrays.setAll(rows, i -> Tensor.of(Shape.of(logits[i].length), logits[i]));
      return Tensor.stack(Arrays.asList(rows));
    }
  }

  private static void assertClose(Tensor found, Tensor expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    double size = 0;
    for (int i = 0; i < expected.size(); i++) {
      size = Math.max(size, Math.abs(expected.value(i)));
    }
    for (int i = 0; i < expected.size(); i++) {
      assertThat((double) found.value(i)).isCloseTo(expected.value(i), within(TOLERANCE * size));
    }
  }
}
