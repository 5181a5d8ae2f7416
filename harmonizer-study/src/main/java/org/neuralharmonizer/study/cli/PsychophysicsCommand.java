package org.neuralharmonizer.study.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Experiments on how observers decide. */
@Command(
    name = "psychophysics",
    mixinStandardHelpOptions = true,
    description = "Experiments on how observers decide when they see a part of an image.",
    subcommands = {
      StimuliCommand.class,
      PageCommand.class,
      DecideCommand.class,
      CompareCommand.class,
      TrialsCommand.class,
      SimulateCommand.class,
      PowerCommand.class
    })
final class PsychophysicsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
