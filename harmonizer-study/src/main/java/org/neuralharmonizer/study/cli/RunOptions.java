package org.neuralharmonizer.study.cli;

import picocli.CommandLine.Option;

/** Options of commands that compute anything. */
final class RunOptions {
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

  boolean quiet() {
    return quiet;
  }
}
