package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Json;

/** One epoch only: what the demonstration shows is for the continuous integration to check. */
@Tag("once")
class DemoCommandTest {
  @TempDir private Path folder;

  @Test
  void writesWhatItDocuments() throws IOException {
    Path page = folder.resolve("demo.html");
    Path json = folder.resolve("demo.json");
    Path kept = folder.resolve("kept");
    Command command =
        Command.run("demo", "--epochs", "1", "--report", page, "--json", json, "--keep", kept);
    assertThat(command.status()).as(command.err()).isZero();
    assertThat(command.out()).contains("shortcut broken", "harmonized", "ceiling", "center bias");
    assertThat(Files.readString(page))
        .contains("<title>A network learns to look where people look");
    Map<?, ?> results = (Map<?, ?>) Json.read(json);
    assertThat(results).isNotNull();
    assertThat(results.keySet().toString())
        .contains("plain", "harmonized", "ceiling", "center_bias", "seconds", "settings");
    for (String network : new String[] {"plain", "harmonized"}) {
      assertThat(((Map<?, ?>) results.get(network)).keySet().toString())
          .contains("accuracy", "shifted_accuracy", "alignment", "normalized_alignment");
    }
    isAStudy(kept, results);
  }

  /** Of a few of its scenes. */
  private void isAStudy(Path kept, Map<?, ?> results) throws IOException {
    for (String part : new String[] {"images", "maps"}) {
      try (Stream<Path> files = Files.list(kept.resolve(part))) {
        for (Path file : files.filter(DemoCommandTest::isLate).toList()) {
          Files.delete(file);
        }
      }
    }
    assertThat(Files.readAllLines(kept.resolve("creatures.csv"))).hasSize(1 + 8);
    Path out = folder.resolve("study");
    Command study =
        Command.run(
            "study",
            "--networks",
            kept.resolve("networks.csv"),
            "--images",
            kept.resolve("images"),
            "--maps",
            kept.resolve("maps"),
            "--labels",
            kept.resolve("labels.csv"),
            "--out",
            out);
    assertThat(study.status()).as(study.err()).isZero();
    List<?> networks = (List<?>) ((Map<?, ?>) Json.read(out.resolve("study.json"))).get("networks");
    for (String name : new String[] {"plain", "harmonized"}) {
      Map<?, ?> wanted = (Map<?, ?>) results.get(name);
      Map<?, ?> found = (Map<?, ?>) networks.get(name.equals("plain") ? 0 : 1);
      assertThat(found.get("name")).isEqualTo(name);
      // Four standard errors of the mean of twenty scenes.
      assertThat((Double) found.get("spearman_mean"))
          .isCloseTo((Double) wanted.get("alignment"), within(0.2));
      assertThat((List<?>) found.get("images")).hasSize(20);
    }
  }

  private static boolean isLate(Path scene) {
    return String.valueOf(scene.getFileName()).compareTo("scene-0020") >= 0;
  }
}
