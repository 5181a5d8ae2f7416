package org.neuralharmonizer.study.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.io.ParameterFiles;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.ReferenceData;

final class NetworkCatalogueTest {
  @TempDir private Path folder;

  @Test
  void sizesFollowFromTheName() {
    Network network = NetworkCatalogue.untrained("mobilenet_v1_0.25_64", 5, 1);
    assertThat(network.size()).isEqualTo(64);
    assertThat(network.classifier().classes()).isEqualTo(5);
    assertThat(network.preprocessing()).isEqualTo(Preprocessing.signed());
    assertThat(NetworkCatalogue.untrained("reference_cnn", 2, 1).size()).isEqualTo(64);
    assertThat(NetworkCatalogue.untrained("squeezenet1_1_64", 4, 1).size()).isEqualTo(64);
    assertThat(NetworkCatalogue.untrained("cifar_resnet20", 4, 1).size()).isEqualTo(32);
  }

  @Test
  void widthsNormalizationAndClassesFollowFromTheWeights() throws IOException {
    Parameters values =
        ReferenceCnn.of(7)
            .withImage(Shape.of(3, 32, 32))
            .withWidths(2, 3, 4, 5)
            .withNormalization(ReferenceCnn.Normalization.BATCH)
            .classifier()
            .initialize(1);
    Path file = folder.resolve("weights.safetensors");
    ParameterFiles.save(file, values, Map.of());
    Network network = NetworkCatalogue.load("reference_cnn_32", file);
    assertThat(network.classifier().classes()).isEqualTo(7);
    assertThat(network.parameters().asMap()).isEqualTo(values.asMap());
  }

  /** Keras' layout of a matrix is in × out, and its arrays are told by the slash in their names. */
  @Test
  void arraysOfKerasAreReadForTheNetworksThatHaveThem() throws IOException {
    Path file = folder.resolve("vgg.safetensors");
    Safetensors.write(file, Map.of("fc2/kernel", Tensor.zeros(Shape.of(4096, 4096))));
    assertThatThrownBy(() -> NetworkCatalogue.load("vgg16_32", file))
        .hasMessageContaining("missing \"block1_conv1.weight\"")
        .hasMessageNotContainingAny("fc2.weight\" [", "left over");
    assertThatThrownBy(() -> NetworkCatalogue.load("densenet121", file))
        .hasMessageContaining("named as by Keras, whose layout is read for [convnext_tiny,");
  }

  @Test
  void whatDoesNotFitIsListedWhole() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    Parameters values = ReferenceCnn.of(2).withWidths(2, 3).classifier().initialize(1);
    ParameterFiles.save(file, values.with("extra", Tensor.scalar(1)), Map.of());
    assertThatThrownBy(() -> NetworkCatalogue.load("reference_cnn", file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("1 of them do not fit the network", "left over \"extra\"");
    assertThatThrownBy(() -> NetworkCatalogue.load("resnet", file))
        .hasMessage(
            "network \"resnet\" is not known — known are mobilenet_v1_WIDTH or"
                + " mobilenet_v1_WIDTH_SIZE (such as mobilenet_v1_0.25, for 224 × 224),"
                + " reference_cnn or reference_cnn_SIZE, bagnet33, cifar_resnet110, cifar_resnet20,"
                + " cifar_resnet32, cifar_resnet44, cifar_resnet56, convnext_tiny, densenet121,"
                + " efficientnet_b0, efficientnet_b0_keras, levit_128, maxvit_tiny, resnet50, resnet50v2, squeezenet1_0, squeezenet1_1, vgg16,"
                + " vit_b16, vit_s16, vit_ti16 and these with _SIZE, and onnx");
  }

  /** As PyTorch leaves them: trained on several devices, with counters of batches. */
  @Test
  void weightsOfPyTorchAreReadUnderItsNames() throws IOException {
    Network fresh = NetworkCatalogue.untrained("cifar_resnet20", 10, 1);
    Map<String, Tensor> state = new LinkedHashMap<>();
    fresh.parameters().asMap().forEach((name, value) -> state.put("module." + name, value));
    state.put("module.bn1.num_batches_tracked", Tensor.scalar(7));
    Path file = folder.resolve("state.safetensors");
    ParameterFiles.save(file, Parameters.of(state), Map.of());
    Network read = NetworkCatalogue.load("cifar_resnet20", file);
    assertThat(read.parameters().asMap()).isEqualTo(fresh.parameters().asMap());
    assertThat(read.preprocessing()).isEqualTo(Preprocessing.imagenet());
  }

  @Test
  void trainedWeightsAreFound() throws IOException {
    Path data = ReferenceData.folder("model-resnet20-cifar10");
    Network network = NetworkCatalogue.load("cifar_resnet20", data.resolve("weights.safetensors"));
    assertThat(network.classifier().classes()).isEqualTo(10);
    Path published = data.resolve("resnet20-12fca82f.th");
    assertThat(NetworkCatalogue.load("cifar_resnet20", published).parameters().asMap())
        .isEqualTo(network.parameters().asMap());
  }

  @Test
  void allFormatsHoldTheSameNetwork() throws IOException {
    Path data = ReferenceData.folder("model-mobilenet025-imagenet");
    Network keras =
        NetworkCatalogue.load("mobilenet_v1_0.25", data.resolve("mobilenet_v1_0.25_224.h5"));
    Network numpy = NetworkCatalogue.load("mobilenet_v1_0.25_224", data.resolve("weights.npz"));
    Network tensors =
        NetworkCatalogue.load("mobilenet_v1_0.25", data.resolve("weights.safetensors"));
    assertThat(keras.classifier().classes()).isEqualTo(1000);
    assertThat(numpy.parameters()).isEqualTo(keras.parameters());
    assertThat(tensors.parameters()).isEqualTo(keras.parameters());
    assertThatThrownBy(() -> NetworkCatalogue.load("mobilenet_v1_0.5", data.resolve("weights.npz")))
        .hasMessageContainingAll("do not fit the network", "\"conv1.weight\" is [8, 3, 3, 3]");
  }
}
