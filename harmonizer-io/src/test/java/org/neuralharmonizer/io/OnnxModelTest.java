package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.onnx.OnnxClassifier;
import org.neuralharmonizer.io.onnx.OnnxFiles;
import org.neuralharmonizer.io.onnx.OnnxModel;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.testing.SmallNetworks;

class OnnxModelTest {
  /** Of a network that is built and, if it was written for one image, run. */
  private static final long BOUND = 512L << 20;

  @Test
  void conformanceModelsHaveTheOperatorsOfTheirIndex() throws IOException {
    Path folder = ReferenceData.folder("onnx-conformance");
    List<?> index = (List<?>) Json.parse(Files.readString(folder.resolve("index.json")));
    assertThat(index).hasSize(280);
    for (Object row : index) {
      Map<?, ?> entry = (Map<?, ?>) row;
      String name = (String) entry.get("test");
      OnnxModel model = OnnxModel.read(folder.resolve(name).resolve("model.onnx"));
      TreeSet<String> operators = new TreeSet<>();
      model.nodes().forEach(node -> operators.add(node.operator()));
      assertThat(operators)
          .as(name)
          .isEqualTo(
              new TreeSet<>(((List<?>) entry.get("ops")).stream().map(String::valueOf).toList()));
      assertThat(model.outputs()).as(name).isNotEmpty();
    }
  }

  @Test
  void damagedFilesAreRefusedWithinBoundedMemory(@TempDir Path folder) throws IOException {
    Path mnist = ReferenceData.folder("model-mnist-onnx").resolve("opt-mnist.onnx");
    byte[] valid = Files.readAllBytes(mnist);
    // Fields of two bytes become objects of some forty; the first refusal loads the assertions.
    long allocation = 40L * valid.length + (8 << 20);
    Hostile hostile = new Hostile(folder.resolve("damaged.onnx"), OnnxModel::read, allocation);
    hostile.cut(valid).flip(valid, 500, 7);
    assertThat(hostile.refused()).as(hostile.toString()).isGreaterThan(200);
  }

  /** Far enough to build the networks, which the files' settings and shapes decide on. */
  @Test
  void damagedNetworksAreRefusedWithinBoundedMemory(@TempDir Path folder) throws IOException {
    Path vision = folder.resolve("network.onnx");
    for (String name : List.of("ViT", "EfficientNetB0")) {
      Classifier classifier = SmallNetworks.all().get(name);
      OnnxFiles.write(vision, classifier, classifier.initialize(1), Map.of());
      byte[] valid = Files.readAllBytes(vision);
      Hostile hostile = new Hostile(folder.resolve("damaged.onnx"), OnnxClassifier::read, BOUND);
      hostile.flip(valid, 1000, 11);
      assertThat(hostile.refused()).as(name + ": " + hostile).isGreaterThan(300);
    }
  }

  @Test
  void damagedMnistIsRefusedWithinBoundedMemory(@TempDir Path folder) throws IOException {
    byte[] valid =
        Files.readAllBytes(ReferenceData.folder("model-mnist-onnx").resolve("opt-mnist.onnx"));
    Hostile hostile = new Hostile(folder.resolve("damaged.onnx"), OnnxClassifier::read, BOUND);
    hostile.cut(valid).flip(valid, 1000, 11);
    assertThat(hostile.refused()).as(hostile.toString()).isGreaterThan(500);
  }
}
