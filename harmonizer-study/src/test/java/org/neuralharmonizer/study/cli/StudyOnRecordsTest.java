package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.TinyRecords;

final class StudyOnRecordsTest {
  @TempDir private Path folder;
  private Path records;
  private Path trained;
  private Path training;
  private Path list;

  @BeforeEach
  void train() throws IOException {
    records = TinyRecords.in(folder.resolve("val"), 20, 2);
    trained = folder.resolve("trained.safetensors");
    training = folder.resolve("training.json");
    Command train =
        Command.run(
            "train",
            "--network",
            "reference_cnn_32",
            "--clickme",
            TinyRecords.in(folder.resolve("train"), 24, 1),
            "--held-out",
            records,
            "--epochs",
            1,
            "--batch",
            8,
            "--out",
            trained,
            "--json",
            training);
    assertThat(train.err()).isEmpty();
    list =
        Files.writeString(
            folder.resolve("list.csv"),
            "name,network,source,baseline,accuracy\nours,reference_cnn_32,trained.safetensors\n");
  }

  private Command study(Object... more) {
    Object[] all = {"study", "--networks", list, "--clickme", records};
    Object[] words = Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, words, all.length, more.length);
    return Command.run(words);
  }

  @Test
  void aNetworkHasTheScoresItHadAfterItsTraining() throws IOException {
    Path out = folder.resolve("out");
    assertThat(study("--out", out).err()).isEmpty();

    Map<String, Object> after = Json.object(Json.object(Json.read(training)).get("after"));
    Map<String, Object> results = Json.object(Json.read(out.resolve("study.json")));
    List<Object> networks = Json.list(results.get("networks"));
    Map<String, Object> ours = Json.object(networks.get(0));
    // Batches have other sizes there, so that sums may round otherwise.
    assertThat(Json.number(ours.get("spearman_mean")))
        .isCloseTo(Json.number(after.get("spearman_mean")), within(1e-5));
    assertThat(Json.number(ours.get("accuracy"))).isEqualTo(Json.number(after.get("accuracy")));
    assertThat(networks).as("with floors").hasSize(4);
    assertThat(Json.list(results.get("ceilings"))).as("no rater is known").isEmpty();
    assertThat(out.resolve("report.html"))
        .content()
        .contains("no image has maps of several people")
        .doesNotContain("How well people agree");
    Map<String, Object> provenance = Json.object(results.get("provenance"));
    assertThat(provenance)
        .containsEntry("photographs", "19, of which 19 have maps")
        .containsEntry("labels", "of the records");
    assertThat(provenance.get("preparation").toString())
        .contains("ClickMe, 2 shards, 1 of them left out for want of a label");
    assertThat(Files.readAllLines(out.resolve("images.csv")).get(1))
        .startsWith("ours,train-0.tfrecords#1,,1,");

    byte[] table = Files.readAllBytes(out.resolve("images.csv"));
    assertThat(study("--out", out).out()).contains("ours: scored before");
    TinyRecords.in(records, 20, 3);
    assertThat(study("--out", out).out()).contains("ours: scored\n");
    assertThat(Files.readAllBytes(out.resolve("images.csv"))).isNotEqualTo(table);
  }

  @Test
  void labelsAreThoseOfTheRecords() {
    Path none = folder.resolve("never");
    assertThat(study("--out", none, "--labels", list).err())
        .contains("--labels is for --images, not --clickme");
    assertThat(study("--out", none, "--images", folder, "--maps", folder).err())
        .contains("--clickme");
    assertThat(none).doesNotExist();
  }
}
