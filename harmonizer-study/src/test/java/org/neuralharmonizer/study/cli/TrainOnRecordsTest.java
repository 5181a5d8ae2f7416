package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.TinyRecords;

final class TrainOnRecordsTest {
  @TempDir private Path folder;
  private Path training;
  private Path heldOut;

  @BeforeEach
  void draw() throws IOException {
    training = TinyRecords.in(folder.resolve("train"), 24, 1);
    heldOut = TinyRecords.in(folder.resolve("val"), 10, 2);
  }

  private Command train(Path out, Object... more) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("train", "--network", "reference_cnn_32", "--clickme", training));
    words.addAll(List.of("--out", out, "--epochs", 2, "--batch", 4));
    words.addAll(List.of(more));
    return Command.run(words.toArray());
  }

  @Test
  void trainsByARecipeAndScoresHeldOutRecords() throws IOException {
    Path out = folder.resolve("trained.safetensors");
    Path json = folder.resolve("results.json");
    Path course = folder.resolve("course");
    Command command =
        train(
            out, "--held-out", heldOut, "--recipe", "released", "--course", course, "--json", json);
    assertThat(command.err()).isEmpty();
    assertThat(command.status()).isZero();
    assertThat(command.out())
        .contains("alignment (Spearman)", "left out for want of a label: 1", "written to " + out);

    Map<String, Object> results = Json.object(Json.read(json));
    assertThat(results).containsEntry("left_out", 1.0);
    Map<String, Object> after = Json.object(results.get("after"));
    assertThat(after).containsEntry("images", 9.0).containsKey("spearman_mean");
    Map<String, Object> settings = Json.object(results.get("settings"));
    assertThat(settings.get("images").toString())
        .contains("random resized crop", "mirrored", "23 with a map");
    assertThat(settings.get("schedule").toString()).contains("rates times 0.00390625");

    List<String> lines = Files.readAllLines(course.resolve("epochs.jsonl"));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1))
        .contains("\"held_out_spearman\":" + after.get("spearman_mean"))
        .contains("\"held_out_accuracy\":" + after.get("accuracy"));
    List<String> table = Files.readAllLines(course.resolve("epochs.csv"));
    assertThat(table).hasSize(3);
    assertThat(table.get(0)).startsWith("epoch,loss,cross_entropy,harmonization");
    assertThat(table.get(2)).startsWith("2,").contains("," + after.get("accuracy") + ",");
    assertThat(Safetensors.metadata(course.resolve("best-alignment.safetensors")))
        .containsEntry("network", "reference_cnn_32")
        .containsKey("held_out_spearman");
    assertThat(course.resolve("best-accuracy.safetensors")).exists();
  }

  @Test
  void scoresLessOftenIfAsked() throws IOException {
    Path course = folder.resolve("course");
    Path out = folder.resolve("trained.safetensors");
    Command rarely = train(out, "--held-out", heldOut, "--course", course, "--score-every", 2);
    assertThat(rarely.err()).isEmpty();
    List<String> lines = Files.readAllLines(course.resolve("epochs.jsonl"));
    assertThat(lines.get(0)).contains("\"held_out_accuracy\":null");
    assertThat(lines.get(1)).doesNotContain("null");
    assertThat(train(out, "--course", course, "--score-every", 0).err())
        .contains("scored every 0 epochs — give at least 1");
  }

  @Test
  void photographsWithoutMapsAreMixedIn() throws IOException {
    Path others = folder.resolve("others");
    for (int i = 0; i < 40; i++) {
      Path file = others.resolve("class-" + i % 3).resolve(i + ".png");
      Files.createDirectories(file.getParent());
      Images.write(file, Tensor.filled(Shape.of(3, 40, 36), 5 * i));
    }
    Path out = folder.resolve("trained.safetensors");
    Path json = folder.resolve("results.json");
    Command command = train(out, "--unmapped", others, "--record-share", 0.25, "--json", json);
    assertThat(command.err()).isEmpty();
    // 23 records have a label; an epoch has 63 images.
    Map<String, Object> settings = Json.object(Json.object(Json.read(json)).get("settings"));
    assertThat(settings.get("images").toString())
        .startsWith("each epoch 16 of ClickMe")
        .contains("; 47 of 3 folders of \"others\"");
    assertThat(Safetensors.read(out).get("fc.bias").size()).isEqualTo(3);

    assertThat(train(folder.resolve("never.safetensors"), "--record-share", 0.25).err())
        .contains("--record-share is the share beside --unmapped");
  }

  @Test
  void anInterruptedRunEndsWithTheSameBits() throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    assertThat(train(whole, "--recipe", "paper", "--levels", 4).status()).isZero();
    Path store = folder.resolve("checkpoints");
    Path resumed = folder.resolve("resumed.safetensors");
    Object[] saving = {
      "--recipe", "paper", "--levels", 4, "--checkpoints", store, "--checkpoint-every", 1
    };
    assertThat(train(resumed, saving).status()).isZero();
    Files.delete(resumed);
    Files.delete(saved(store).get(saved(store).size() - 1));
    assertThat(train(resumed, saving).status()).isZero();
    assertThat(Safetensors.read(resumed)).isEqualTo(Safetensors.read(whole));
  }

  private static List<Path> saved(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files.sorted().toList();
    }
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    Path out = folder.resolve("never.safetensors");
    assertThat(train(out, "--recipe", "paper", "--learning-rate", 0.1).err())
        .contains("--recipe says what --learning-rate says");
    assertThat(train(out, "--leave-one-out").err()).contains("is for --images");
    assertThat(train(out, "--images", folder, "--maps", folder).err()).contains("--clickme");
    assertThat(out).doesNotExist();
  }
}
