package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.testing.ReferenceData;

/** Operators, losses, networks, training steps and a trained network, in float on the backend. */
@Tag("once")
class VerifyCommandTest {
  @TempDir private Path folder;

  @Test
  void theBackendReproducesTheReferenceData() throws IOException {
    Path data = ReferenceData.folder("golden").getParent();
    Path json = folder.resolve("verify.json");
    Command command =
        Command.run("verify", "--data", data.toString(), "--backend", "cpu", "--json", json);
    assertThat(command.status()).as(command.out()).isZero();
    Map<?, ?> results = (Map<?, ?>) Json.read(json);
    assertThat(results).isNotNull();
    assertThat((List<?>) results.get("failures")).isEmpty();
    // Records, gaze, tables, trials and files among them, which no other test goes through.
    assertThat((List<?>) results.get("parts"))
        .filteredOn(part -> !((Map<?, ?>) part).get("part").equals("unknown"))
        .hasSizeGreaterThanOrEqualTo(16)
        .allMatch(part -> ((Number) ((Map<?, ?>) part).get("passed")).intValue() > 0);
  }
}
