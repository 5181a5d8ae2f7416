package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.ParameterFiles;
import org.neuralharmonizer.spark.DrawnPhotographs;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.TinyRecords;

/** The option {@code --spark} of commands. */
final class SparkOptionTest {
  @TempDir private Path folder;

  @Test
  void aStudyOnSparkWritesTheTablesOfOneMachine() throws IOException {
    DrawnPhotographs.in(folder, 20);
    Path list =
        Files.writeString(
            folder.resolve("list.csv"),
            "name,network,source,baseline,accuracy\nplain,reference_cnn_16,weights0.safetensors\n");
    for (String where : List.of("here", "spark")) {
      List<Object> study =
          new ArrayList<>(List.of("study", "--networks", list, "--out", folder.resolve(where)));
      if (where.equals("spark")) {
        study.addAll(List.of("--spark", "local[2]"));
      }
      assertThat(harmonize(study)).isEmpty();
    }
    for (String table : List.of("images.csv", "networks.csv")) {
      assertThat(folder.resolve("spark").resolve(table))
          .hasSameBinaryContentAs(folder.resolve("here").resolve(table));
    }
    assertThat(folder.resolve("spark/report.html")).content().contains("local[2]");
  }

  @Test
  void trainingInSharesIsThatOfOneMachine() throws IOException {
    DrawnPhotographs.in(folder, 20);
    StringBuilder labels = new StringBuilder("image,label\n");
    for (int i = 0; i < 20; i++) {
      labels.append("p%03d.png,%d\n".formatted(i, i % 3));
    }
    Files.writeString(folder.resolve("labels.csv"), labels);
    List<Object> train =
        List.of(
            "train",
            "--network",
            "reference_cnn_16",
            "--labels",
            folder.resolve("labels.csv"),
            "--batch",
            8,
            "--epochs",
            2);

    Map<String, Tensor> here = trained(train, "here", List.of());
    assertThat(trained(train, "one", List.of("--spark", "local[2]"))).isEqualTo(here);
    Map<String, Tensor> shared =
        trained(
            train, "two", List.of("--spark", "local[2]", "--shares", 2, "--batch-norm", "batch"));
    assertClose(shared, here);
  }

  private static void assertClose(Map<String, Tensor> shared, Map<String, Tensor> here) {
    here.forEach(
        (path, value) -> {
          for (int i = 0; i < value.size(); i++) {
            // A few steps of float arithmetic in another order.
            assertThat(shared.get(path).value(i)).isCloseTo(value.value(i), within(1e-5f));
          }
        });
  }

  private Map<String, Tensor> trained(List<Object> command, String name, List<Object> more)
      throws IOException {
    Path out = folder.resolve(name + ".safetensors");
    List<Object> words = new ArrayList<>(command);
    words.addAll(more);
    words.addAll(List.of("--out", out));
    assertThat(words.contains("--clickme") ? run(words) : harmonize(words)).isEmpty();
    return ParameterFiles.load(out).asMap();
  }

  @Test
  void recordsAreStudiedAndTrainedOnAsOnOneMachine() throws IOException {
    Path records = TinyRecords.in(folder.resolve("val"), 20, 2);
    List<Object> train =
        List.of(
            "train",
            "--network",
            "reference_cnn_32",
            "--clickme",
            TinyRecords.in(folder.resolve("train"), 24, 1),
            "--held-out",
            records,
            "--recipe",
            "paper",
            "--levels",
            4,
            "--batch",
            8,
            "--epochs",
            1);
    Map<String, Tensor> here = trained(train, "here", List.of());
    Map<String, Tensor> shared =
        trained(train, "spark", List.of("--spark", "local[2]", "--shares", 2));
    assertClose(shared, here);

    Path list =
        Files.writeString(
            folder.resolve("list.csv"),
            "name,network,source,baseline,accuracy\nplain,reference_cnn_32,here.safetensors\n"
                + "other,reference_cnn_32,spark.safetensors\n");
    for (String where : List.of("here", "spark")) {
      List<Object> study = new ArrayList<>(List.of("study", "--clickme", records));
      study.addAll(List.of("--networks", list, "--out", folder.resolve(where)));
      study.addAll(where.equals("spark") ? List.of("--spark", "local[2]") : List.of());
      assertThat(run(study)).isEmpty();
    }
    assertThat(folder.resolve("spark/images.csv"))
        .hasSameBinaryContentAs(folder.resolve("here/images.csv"));
  }

  @Test
  void whatNeedsOneMachineIsRefused() {
    assertThat(untrained("--leave-one-out", "--spark", "local[2]"))
        .contains("--leave-one-out is for one machine, not --spark");
    assertThat(untrained("--shares", "2")).contains("--shares is for --spark");
    assertThat(untrained("--batch-norm", "batch")).contains("--batch-norm is for --spark");
  }

  private String untrained(String... more) {
    List<Object> train =
        new ArrayList<>(
            List.of("train", "--network", "reference_cnn_16", "--out", "o.safetensors"));
    train.addAll(List.of(more));
    return harmonize(train);
  }

  /** Runs a command on the drawn photographs; what it complains of. */
  private String harmonize(List<Object> command) {
    List<Object> words = new ArrayList<>(command);
    words.addAll(List.of("--images", folder.resolve("images"), "--maps", folder.resolve("maps")));
    return run(words);
  }

  private static String run(List<Object> command) {
    List<Object> words = new ArrayList<>(command);
    words.addAll(List.of("--backend", "cpu", "--quiet"));
    StringWriter errors = new StringWriter();
    Main.run(
        new PrintWriter(new StringWriter()),
        new PrintWriter(errors),
        words.stream().map(Object::toString).toArray(String[]::new));
    return errors.toString();
  }
}
