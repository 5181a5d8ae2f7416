package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
  private static final int COLUMNS = 80;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | harmonize: there is no command \"\" — see 'harmonize --help'",
        "fly | harmonize: there is no command \"fly\" — see 'harmonize --help'",
        "demo --fly | harmonize demo: there is no option --fly — see 'harmonize demo --help'",
        "demo x | harmonize demo: \"x\" belongs to no option — see 'harmonize demo --help'",
        "demo --threads 0 | harmonize demo: backend: threads must be at least 1, not 0",
        "demo --threads -1 | harmonize demo: backend: threads must be at least 1, not -1",
        "demo --threads x | harmonize demo: Invalid value for option '--threads': 'x' is not an int"
            + " — see 'harmonize demo --help'",
        "demo --device -1 | harmonize demo: backend: device must not be negative, not -1",
        "demo --precision half | harmonize demo: Invalid value for option '--precision': expected"
            + " one of single, tensor-float but was 'half' — see 'harmonize demo --help'",
        "demo --seed x | harmonize demo: Invalid value for option '--seed': 'x' is not a long — see"
            + " 'harmonize demo --help'",
        "demo --epochs 0 | harmonize demo: training: epochs must be at least 1, not 0",
        "demo --backend fly | harmonize demo: backend \"fly\" is not usable here: no backend of"
            + " this name was found — usable here: cpu",
        "verify | harmonize verify: Missing required option: '--data=DIR' — see 'harmonize verify"
            + " --help'",
        "verify --data nowhere | harmonize verify: --data: \"nowhere\" is not a folder — name one"
            + " that holds golden/ or is it"
      })
  void wrongUseIsOneLine(String words, String line) {
    Command command = Command.run((Object[]) words.split(" ", -1));
    assertThat(command).isEqualTo(new Command(2, "", line + System.lineSeparator()));
  }

  @Test
  void noCommandIsWrongUse() {
    assertThat(Command.run())
        .isEqualTo(
            new Command(
                2,
                "",
                "harmonize: no command given — see 'harmonize --help'" + System.lineSeparator()));
  }

  @Test
  void aFolderWithNothingToVerifyIsAFailure(@TempDir Path empty) {
    Command command = Command.run("verify", "--data", empty, "--quiet");
    assertThat(command.status()).isEqualTo(1);
    assertThat(command.out()).isEmpty();
    assertThat(command.err()).hasLineCount(1).contains(empty.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "align",
        "train",
        "demo",
        "verify",
        "backends",
        "inspect",
        "study",
        "psychophysics",
        "psychophysics stimuli"
      })
  void helpFitsTheTerminal(String command) {
    Object[] words = (command.equals("--help") ? command : command + " --help").split(" ");
    Command help = Command.run(words);
    assertThat(help.status()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out().lines()).isNotEmpty().allMatch(line -> line.length() <= COLUMNS);
  }
}
