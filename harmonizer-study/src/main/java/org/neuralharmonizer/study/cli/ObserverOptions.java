package org.neuralharmonizer.study.cli;

import org.neuralharmonizer.psychophysics.PsychometricFunction;
import picocli.CommandLine.Option;

/** How observers who are made up decide. */
final class ObserverOptions {
  private static final double LAPSE = 0.02;

  @Option(
      names = "--threshold",
      required = true,
      paramLabel = "PERCENT",
      description = "What must be revealed for an accuracy half way up.")
  private double threshold;

  @Option(
      names = "--slope",
      paramLabel = "X",
      defaultValue = "4",
      description = "Of accuracy over the decadic logarithm of the percentage; default 4.")
  private double slope;

  @Option(
      names = "--spread",
      paramLabel = "X",
      defaultValue = "0.2",
      description =
          "Standard deviation between participants of the logarithm of the threshold; default 0.2.")
  private double spread;

  double threshold() {
    return threshold;
  }

  double spread() {
    return spread;
  }

  /** Of the decadic logarithm of the percentage revealed. */
  PsychometricFunction function(int categories) {
    requirePercent("--threshold", threshold);
    return new PsychometricFunction(Math.log10(threshold), slope, 1.0 / categories, LAPSE);
  }

  static void requirePercent(String option, double percent) {
    if (!(percent > 0 && Double.isFinite(percent))) {
      throw new IllegalArgumentException(option + " is " + percent + " — give above 0");
    }
  }
}
