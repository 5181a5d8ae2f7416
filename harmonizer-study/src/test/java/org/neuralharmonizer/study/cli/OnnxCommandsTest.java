package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.data.Preprocessing;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.io.onnx.OnnxClassifier;
import org.neuralharmonizer.io.onnx.OnnxFiles;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

/** Networks that come as files, in the commands that take networks. */
final class OnnxCommandsTest {
  @TempDir private Path folder;
  private TinyPhotographs tiny;

  @BeforeEach
  void draw() throws IOException {
    tiny = TinyPhotographs.in(folder);
  }

  private Command run(String command, Object network, Object... more) {
    Object[] arguments = {
      command, "--network", network, "--images", tiny.images(), "--maps", tiny.maps()
    };
    Object[] all = new Object[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Command.run(all);
  }

  private Path trained(String file) {
    Path out = folder.resolve(file);
    Command command =
        run(
            "train",
            TinyPhotographs.NETWORK,
            "--weights",
            tiny.weights(),
            "--levels",
            2,
            "--epochs",
            2,
            "--batch",
            2,
            "--out",
            out);
    assertThat(command.err()).isEmpty();
    return out;
  }

  private double spearman(Path network) {
    Path json = folder.resolve("results.json");
    Command command = run("align", network, "--json", json);
    assertThat(command.err()).isEmpty();
    Map<String, Object> results = Json.object(Json.read(json));
    assertThat(Json.object(results.get("settings")))
        .containsEntry("preprocessing", Preprocessing.unit().text());
    return Json.number(results.get("spearman_mean"));
  }

  @Test
  void whatIsTrainedIsScoredFromEitherFileAlone() {
    // The same program up to the order of a few sums.
    assertThat(spearman(trained("trained.onnx")))
        .isCloseTo(spearman(trained("trained.safetensors")), within(1e-3));
  }

  @Test
  void anOnnxNetworkIsTrainedOn() throws IOException {
    Path onnx = trained("trained.onnx");
    Path again = folder.resolve("again.onnx");
    Command command =
        run("train", onnx, "--levels", 2, "--epochs", 1, "--batch", 2, "--out", again);
    assertThat(command.err()).isEmpty();
    OnnxClassifier first = OnnxClassifier.read(onnx);
    OnnxClassifier second = OnnxClassifier.read(again);
    assertThat(second.parameters().paths()).isEqualTo(first.parameters().paths());
    assertThat(second.parameters()).isNotEqualTo(first.parameters());
    assertThat(second.model().metadata()).containsEntry("network", onnx.toString());
  }

  @Test
  void valuesTrainedFromAnOnnxFileGoWithThatFile() {
    Path onnx = trained("trained.onnx");
    Path values = folder.resolve("values.safetensors");
    run("train", onnx, "--levels", 2, "--epochs", 1, "--batch", 2, "--out", values);
    assertThat(run("align", onnx, "--weights", values).status()).isZero();
    assertThat(run("align", values).err())
        .contains("but of \"" + onnx + "\" — give that network, and the file as weights");
  }

  @Test
  void frozenParametersKeepTheirValues() throws IOException {
    Path onnx = trained("trained.onnx");
    Path again = folder.resolve("again.onnx");
    String pattern = "conv1\\..*";
    Command command =
        run(
            "train",
            onnx,
            "--levels",
            2,
            "--epochs",
            1,
            "--batch",
            2,
            "--freeze",
            pattern,
            "--out",
            again);
    assertThat(command.err()).isEmpty();
    Map<String, Tensor> before = OnnxClassifier.read(onnx).parameters().asMap();
    OnnxClassifier.read(again)
        .parameters()
        .asMap()
        .forEach(
            (name, value) ->
                assertThat(value.equals(before.get(name)))
                    .as(name)
                    .isEqualTo(name.matches(pattern)));
    assertThat(run("train", onnx, "--freeze", "(", "--out", again).err()).contains("--freeze");
  }

  @Test
  void whatBecomesOfPixelsMustBeKnown() throws IOException {
    OnnxClassifier network = OnnxClassifier.read(trained("trained.onnx"));
    Path bare = folder.resolve("bare.onnx");
    OnnxFiles.write(bare, network.classifier(), network.parameters(), Map.of());
    Command without = run("align", bare);
    assertThat(without.status()).isEqualTo(2);
    assertThat(without.err())
        .contains("does not say what becomes of pixels — give --preprocessing");
    assertThat(run("align", bare, "--preprocessing", "unit").status()).isZero();
    assertThat(run("align", bare, "--preprocessing", "grey").err())
        .contains("its images have 3 channels");
    assertThat(run("align", bare, "--preprocessing", "torch").err())
        .contains("is not understood — use one of [unit");
  }

  @Test
  void aFileThatNamesNoNetworkIsRefused() throws IOException {
    Path nameless = folder.resolve("nameless.safetensors");
    Safetensors.write(nameless, Safetensors.read(tiny.weights()));
    assertThat(run("align", nameless).err())
        .contains("the file does not say of which network of the catalogue its values are");
    assertThat(run("align", TinyPhotographs.NETWORK).err()).contains("give --weights");
  }

  @Test
  void aDryRunSaysWhatWouldBeLoaded() {
    Path onnx = trained("trained.onnx");
    Command command = run("align", onnx, "--dry-run");
    assertThat(command.err()).isEmpty();
    assertThat(command.out())
        .contains(
            "images 3 × 16 × 16, 3 classes", "all of which fit", "preprocessing: channels=rgb");
    assertThat(command.out()).doesNotContain("Spearman");
    Path none = folder.resolve("none.safetensors");
    assertThat(run("train", TinyPhotographs.NETWORK, "--dry-run", "--out", none).out())
        .contains("classes by the labels", "from the seed");
    assertThat(none).doesNotExist();
  }

  @Test
  void inspectSaysWhatCanBeDone() {
    Path json = folder.resolve("inspected.json");
    Command command = Command.run("inspect", trained("trained.onnx"), "--graph", "--json", json);
    assertThat(command.out())
        .contains("  {operator=Conv, name=conv_", "inputs=[images, conv1.weight]");
    assertThat(command.out()).contains("usable: true", "image: [3, 16, 16]", "classes: 3");
    Map<String, Object> operations = Json.object(Json.object(Json.read(json)).get("operations"));
    double forward = Json.number(operations.get("forward"));
    assertThat(Json.number(operations.get("saliency"))).isGreaterThan(forward);
    assertThat(Json.number(operations.get("harmonized_step"))).isGreaterThan(2 * forward);
  }

  @Test
  void whatCannotBeImportedIsListedWhole() {
    Path file =
        Path.of(System.getProperty("harmonizer.data", ""), "onnx-conformance/node/test_momentum")
            .resolve("model.onnx");
    assumeTrue(Files.exists(file), "harmonizer.data names no folder with onnx-conformance");
    Command command = Command.run("inspect", file);
    assertThat(command.status()).isZero();
    assertThat(command.out()).contains("usable: false", "problem: ");
  }
}
