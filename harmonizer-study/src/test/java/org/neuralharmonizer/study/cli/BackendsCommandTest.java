package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.Backends;

/** The command has both backends on its class path, whether or not there is a GPU. */
class BackendsCommandTest {

  @Test
  void allAreListedWithWhatCanBeSaidOfThem() {
    Command command = Command.run("backends");
    assertThat(command.status()).isZero();
    assertThat(command.err()).isEmpty();
    assertThat(command.out().lines())
        .anyMatch(line -> line.matches("cpu +usable +pure Java, .+"))
        .anyMatch(line -> line.matches("cuda +(not )?usable +\\S.*"));
  }

  @Test
  void oneThatIsNotUsableIsRefusedWithItsReason() {
    Availability cuda =
        Backends.describe().stream()
            .filter(each -> each.name().equals("cuda"))
            .findFirst()
            .orElseThrow()
            .availability();
    assumeFalse(cuda.isUsable(), "there is a GPU here");
    Command command = Command.run("demo", "--backend", "cuda");
    assertThat(command)
        .isEqualTo(
            new Command(
                2,
                "",
                "harmonize demo: backend \"cuda\" is not usable here: "
                    + cuda.explanation()
                    + " — usable here: cpu"
                    + System.lineSeparator()));
  }
}
