package org.neuralharmonizer.study.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.neuralharmonizer.psychophysics.PowerAnalysis;
import org.neuralharmonizer.psychophysics.PsychometricFunction;
import org.neuralharmonizer.psychophysics.RevealLevels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plans an experiment. */
@Command(
    name = "power",
    mixinStandardHelpOptions = true,
    description = {
      "Says how many participants an experiment needs to find a difference between two groups that"
          + " see the same images, by simulating it.",
      ""
    },
    footer = {
      "",
      "Participants see every image at one of the eleven levels; mean accuracies are compared by"
          + " Welch's t-test at 0.05.",
      "",
      "Example: harmonize psychophysics power --threshold 10 --other-threshold 15 --images 100"
    })
final class PowerCommand implements Callable<Integer> {
  private static final int CATEGORIES = 2;
  private static final double SIGNIFICANCE = 0.05;
  private static final int FEWEST = 2;

  @Spec private CommandSpec spec;
  @Mixin private ObserverOptions observers;
  @Mixin private RunOptions run;

  @Option(
      names = "--other-threshold",
      required = true,
      paramLabel = "PERCENT",
      description = "The same of the other group.")
  private double other;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "N",
      description = "Images that each participant sees.")
  private int images;

  @Option(
      names = "--power",
      paramLabel = "X",
      defaultValue = "0.8",
      description = "How often the difference is to be found; default ${DEFAULT-VALUE}.")
  private double wanted;

  @Override
  public Integer call() {
    ObserverOptions.requirePercent("--other-threshold", other);
    if (!(wanted > 0 && wanted < 1)) {
      throw new IllegalArgumentException("power: " + wanted + " — give it above 0, below 1");
    }
    PsychometricFunction function = observers.function(CATEGORIES);
    PowerAnalysis.Design design =
        new PowerAnalysis.Design(
            function,
            Math.log10(other / observers.threshold()),
            observers.spread(),
            RevealLevels.asInPaper(),
            FEWEST,
            images,
            SIGNIFICANCE);
    PowerAnalysis found = PowerAnalysis.smallest(design, wanted, run.seed());
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%d participants in each group find the difference in %.2f (± %.2f) of experiments%n",
            found.design().participants(),
            found.power(),
            found.standardError());
    return 0;
  }
}
