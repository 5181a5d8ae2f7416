package org.neuralharmonizer.study.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.train.Sgd;
import org.neuralharmonizer.train.TrainStep;

/** The table of docs/networks.md, in the rows that are soon computed. */
final class NetworkCostTest {
  private static final Path TABLE = Path.of("..", "docs", "networks.md");
  private static final double GIGA = 1e-9;
  private static final long MIB = 1 << 20;

  private static final int FORWARD = 5;
  private static final int SALIENCY = 6;
  private static final int STEP = 7;
  private static final int MEMORY = 8;

  @ParameterizedTest
  @CsvSource({"cifar_resnet20, 10", "levit_128, 1000"})
  void isWhatTheTableSays(String name, int classes) throws IOException {
    List<String> row =
        Files.readAllLines(TABLE).stream()
            .filter(line -> line.startsWith("| `" + name + "` |"))
            .flatMap(line -> Arrays.stream(line.split("\\|", -1)))
            .map(String::strip)
            .toList();
    Network network = NetworkCatalogue.untrained(name, classes, 1);
    NetworkCost cost = NetworkCost.of(network.classifier());
    // Two digits after the point.
    assertThat(cost.forward() * GIGA).isCloseTo(Double.parseDouble(row.get(FORWARD)), within(6e-3));
    assertThat(cost.saliency() * GIGA)
        .isCloseTo(Double.parseDouble(row.get(SALIENCY)), within(6e-3));
    assertThat(cost.harmonizedStep() * GIGA)
        .isCloseTo(Double.parseDouble(row.get(STEP)), within(6e-3));
    HarmonizerObjective objective = HarmonizerObjective.asInReleasedCode(network.classifier());
    try (Backend backend = Backends.named("cpu");
        TrainStep step =
            TrainStep.of(objective, Sgd.plain(), network.parameters(), 1, Mode.TRAINING, backend)) {
      assertThat(step.program().memory().bytes() / MIB).isEqualTo(Long.parseLong(row.get(MEMORY)));
    }
  }
}
