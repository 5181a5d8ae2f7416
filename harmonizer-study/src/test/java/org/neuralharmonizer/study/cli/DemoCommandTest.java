package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Json;

/** One epoch only: what the demonstration shows is for the continuous integration to check. */
class DemoCommandTest {
  @TempDir private Path folder;

  @Test
  void writesWhatItDocuments() throws IOException {
    Path page = folder.resolve("demo.html");
    Path json = folder.resolve("demo.json");
    Command command = Command.run("demo", "--epochs", "1", "--report", page, "--json", json);
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
  }
}
