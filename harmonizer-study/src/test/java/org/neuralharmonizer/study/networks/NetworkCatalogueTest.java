package org.neuralharmonizer.study.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.ParameterFiles;
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
    assertThat(network.scaling()).isEqualTo(PixelScaling.SIGNED);
    assertThat(NetworkCatalogue.untrained("reference_cnn", 2, 1).size()).isEqualTo(64);
    assertThat(PixelScaling.SIGNED.apply(Tensor.of(Shape.of(2), 0, 255)).toArray())
        .containsExactly(-1, 1);
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
                + " reference_cnn or reference_cnn_SIZE");
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
