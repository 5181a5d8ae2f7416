package org.neuralharmonizer.study.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of commands that compute anything. */
final class RunOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Everything random follows from it; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--quiet", description = "Print nothing but errors.")
  private boolean quiet;

  long seed() {
    return seed;
  }

  /** Where what is no result goes. */
  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  boolean quiet() {
    return quiet;
  }
}
