package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.io.SafetensorsCheckpoints;
import org.neuralharmonizer.testing.Json;

final class TrainCommandTest {
  /** Warns of checkpoints that are passed over, as one is here on purpose. */
  private static final Logger LOGGER = Logger.getLogger(SafetensorsCheckpoints.class.getName());

  @TempDir private Path folder;
  private TinyPhotographs tiny;

  @BeforeEach
  void draw() throws IOException {
    tiny = TinyPhotographs.in(folder);
  }

  /** Three epochs of five images in steps of two: eight steps. */
  private Command train(Path out, Object... more) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("train", "--network", TinyPhotographs.NETWORK, "--images", tiny.images()));
    words.addAll(List.of("--maps", tiny.maps(), "--labels", tiny.labels(), "--out", out));
    words.addAll(List.of("--epochs", 3, "--batch", 2, "--learning-rate", 0.01));
    words.addAll(List.of(more));
    return Command.run(words.toArray());
  }

  @Test
  void trainsSavesAndReports() throws IOException {
    Path out = folder.resolve("trained.safetensors");
    Path json = folder.resolve("results.json");
    Command command = train(out, "--weights", tiny.weights(), "--leave-one-out", "--json", json);
    assertThat(command.err()).isEmpty();
    assertThat(command.status()).isZero();
    assertThat(command.out()).contains("alignment (Spearman)", "left out", "written to " + out);

    Map<String, Object> results = Json.object(Json.read(json));
    assertThat(Json.list(results.get("epochs"))).hasSize(3);
    assertThat(Json.object(results.get("before"))).containsKeys("accuracy", "spearman_mean");
    Map<String, Object> unseen = Json.object(results.get("leave_one_out"));
    assertThat(Json.list(unseen.get("per_image"))).hasSize(4);
    assertThat(Safetensors.metadata(out))
        .containsEntry("network", TinyPhotographs.NETWORK)
        .containsEntry("lambda1", "1.0")
        .containsEntry("mode", "INFERENCE");

    Path again = folder.resolve("again.json");
    Command scored =
        Command.run(
            "align",
            "--network",
            TinyPhotographs.NETWORK,
            "--weights",
            out,
            "--images",
            tiny.images(),
            "--maps",
            tiny.maps(),
            "--labels",
            tiny.labels(),
            "--json",
            again);
    assertThat(scored.status()).as(scored.err()).isZero();
    assertThat(Json.object(Json.read(again)).get("spearman_mean"))
        .isEqualTo(Json.object(results.get("after")).get("spearman_mean"));
  }

  @Test
  void startsAfreshFromASeed() throws IOException {
    Path out = folder.resolve("trained.safetensors");
    Command command = train(out, "--loss", "paper", "--levels", 4, "--quiet", "--seed", 5);
    assertThat(command).isEqualTo(new Command(0, "", ""));
    assertThat(Safetensors.read(out).get("fc.weight").shape().extents()).containsExactly(3, 128);
    assertThat(Safetensors.metadata(out)).containsEntry("mode", "TRAINING");
  }

  /** Its own probabilities are where cross-entropy is least, so nothing pulls the network away. */
  @Test
  void softLabelsKeepTheNetworkAsItIs() {
    Path out = folder.resolve("trained.safetensors");
    Path json = folder.resolve("results.json");
    Object[] words = {"--weights", tiny.weights(), "--lambda1", 0, "--lambda2", 0, "--json", json};
    assertThat(train(out, with(words, "--soft-labels")).status()).isZero();
    double soft = Json.number(Json.object(Json.read(json)).get("logit_change"));
    assertThat(train(out, words).status()).isZero();
    double hard = Json.number(Json.object(Json.read(json)).get("logit_change"));
    // Gradients that are 0 but for the rounding of single precision.
    assertThat(soft).isLessThan(1e-5);
    assertThat(hard).isGreaterThan(1e-3);
  }

  @Test
  void aFailedCheckpointIsOneLineAndTheRunResumesToTheSameBytes() throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    assertThat(train(whole, "--weights", tiny.weights()).status()).isZero();

    Path checkpoints = folder.resolve("checkpoints");
    Path out = folder.resolve("resumed.safetensors");
    Object[] saving = {"--weights", tiny.weights(), "--checkpoints", checkpoints};
    assertThat(train(out, with(saving, "--checkpoint-every", 6)).status()).isZero();
    assertThat(out).hasSameBinaryContentAs(whole);
    Files.delete(out);
    Files.delete(checkpoints.resolve("step-0000000008.safetensors"));
    Path kept = checkpoints.resolve("step-0000000006.safetensors");
    byte[] before = Files.readAllBytes(kept);
    // Stands where the next checkpoint is to be, so that writing it fails as on a full disk.
    Path obstacle = Files.createDirectories(checkpoints.resolve("step-0000000007.safetensors"));
    LOGGER.setLevel(Level.OFF);
    assertOneLine(
        train(out, with(saving, "--checkpoint-every", 1)),
        1,
        "step-0000000007.safetensors\": is a folder");
    assertThat(out).doesNotExist();
    assertThat(kept).hasBinaryContent(before);

    Files.delete(obstacle);
    Path json = folder.resolve("resumed.json");
    assertThat(train(out, with(saving, "--json", json)).status()).isZero();
    assertThat(out).hasSameBinaryContentAs(whole);
    assertThat(Json.list(Json.object(Json.read(json)).get("epochs"))).hasSize(1);
  }

  private static Object[] with(Object[] words, Object... more) {
    List<Object> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void checkpointsOfAnotherRunAreRefused() throws IOException {
    Path out = folder.resolve("trained.safetensors");
    Path checkpoints = folder.resolve("checkpoints");
    assertThat(train(out, "--weights", tiny.weights(), "--checkpoints", checkpoints).status())
        .isZero();
    byte[] before = Files.readAllBytes(out);
    assertOneLine(
        train(out, "--weights", tiny.weights(), "--checkpoints", checkpoints, "--lambda1", 2),
        2,
        "lambda1 was 1.0, now 2.0");
    assertOneLine(
        train(out, "--mode", "inference", "--checkpoints", checkpoints), 2, "first values was");
    assertThat(out).hasBinaryContent(before);
  }

  @Test
  void wrongUseIsOneClearLine() {
    Path out = folder.resolve("trained.safetensors");
    assertOneLine(train(folder.resolve("trained.h5")), 2, "let it end in .safetensors");
    assertOneLine(train(folder.resolve("no/trained.safetensors")), 1, "there is no folder");
    assertOneLine(train(out, "--loss", "other"), 2, "expected one of [PAPER, RELEASED, EARLIER]");
    assertOneLine(train(out, "--loss", "paper"), 2, "use at most 4 levels for 16 × 16 maps");
    assertOneLine(train(out, "--lambda1", -1), 2, "lambdas must not be negative");
    assertOneLine(train(out, "--learning-rate", 0), 2, "specified only once");
    assertOneLine(train(out, "--warm-up", 3), 2, "warm-up of 3.0 epochs must be shorter");
    assertOneLine(train(out, "--checkpoint-every", 0, "--checkpoints", folder), 2, "at least 1");
    assertOneLine(
        Command.run(
            "train",
            "--network",
            TinyPhotographs.NETWORK,
            "--images",
            tiny.images(),
            "--maps",
            tiny.maps(),
            "--out",
            out),
        2,
        "training from the start needs --labels");
    assertThat(out).doesNotExist();
  }

  private static void assertOneLine(Command command, int status, String message) {
    assertThat(command.err()).contains(message).hasLineCount(1).startsWith("harmonize train: ");
    assertThat(command.status()).isEqualTo(status);
    assertThat(command.out()).isEmpty();
  }

  @Test
  void mapsAreComputedForMappedImagesOrNowAndThen() throws IOException {
    Path out = folder.resolve("sparing.safetensors");
    Object[] words = {"--weights", tiny.weights(), "--mapped-only", "--map-loss-every", 2};
    assertThat(train(out, words).status()).isZero();
    assertThat(Safetensors.metadata(out))
        .containsEntry("map branch", "MAPPED_IMAGES")
        .containsEntry("steps per map loss", "2");
  }
}
