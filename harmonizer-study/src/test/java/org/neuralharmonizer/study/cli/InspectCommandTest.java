package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class InspectCommandTest {
  @Test
  void tensorsAreListedAndNamesCannotSteerTheTerminal(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    Safetensors.write(file, Map.of("a\u001b[2J", Tensor.zeros(Shape.of(2, 3))));
    Command command = Command.run("inspect", file.toString());
    assertThat(command.status()).isZero();
    assertThat(command.out()).contains("a?[2J").contains("[2, 3]").doesNotContain("\u001b");
  }

  @Test
  void theMnistNetworkIsListed() {
    Path file =
        Path.of(System.getProperty("harmonizer.data", ""), "model-mnist-onnx", "opt-mnist.onnx");
    assumeTrue(Files.exists(file), "harmonizer.data names no folder with model-mnist-onnx");
    Command command = Command.run("inspect", file.toString());
    assertThat(command.status()).isZero();
    assertThat(command.out()).contains("operators: {").contains("Conv=2").contains("inputs: [");
  }

  @Test
  void damagedFilesAndOtherEndingsAreRefused(@TempDir Path folder) throws IOException {
    Path damaged = Files.write(folder.resolve("damaged.onnx"), new byte[] {-1, -1});
    assertThat(Command.run("inspect", damaged.toString()).err()).contains("it is no ONNX model");
    Command other = Command.run("inspect", folder.resolve("a.txt").toString());
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("ends otherwise");
  }
}
