package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class ParameterFilesTest {
  @TempDir Path folder;

  @Test
  void aNetworkComesBackToTheBit() throws IOException {
    Classifier classifier =
        ReferenceCnn.of(3).withImage(Shape.of(3, 8, 8)).withWidths(4, 4).classifier();
    Parameters parameters = classifier.initialize(1);
    Path file = folder.resolve("weights.safetensors");
    ParameterFiles.save(file, parameters, Map.of("seed", "1"));
    assertThat(ParameterFiles.load(file).fitting(classifier.parameters())).isEqualTo(parameters);
    assertThat(Safetensors.metadata(file)).containsExactly(Map.entry("seed", "1"));
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    ParameterFiles.save(file, Parameters.of(Map.of("a", Tensor.scalar(1))), Map.of());
    Classifier classifier = ReferenceCnn.of(3).withWidths(4, 4).classifier();
    assertThatThrownBy(() -> ParameterFiles.load(file).fitting(classifier.parameters()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("missing \"conv1.weight\" [4, 3, 3, 3]")
        .hasMessageContaining("left over \"a\" []");
  }
}
