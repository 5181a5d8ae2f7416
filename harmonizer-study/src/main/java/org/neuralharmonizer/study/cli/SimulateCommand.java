package org.neuralharmonizer.study.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.PsychometricFunction;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.study.psychophysics.SimulatedPeople;
import org.neuralharmonizer.study.psychophysics.StimulusManifest;
import org.neuralharmonizer.study.psychophysics.Truth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes up participants. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Makes up participants with a known threshold, to try a comparison before there are answers."
          + " Pages made with them say so.",
      ""
    },
    footer = {
      "",
      "Example: harmonize psychophysics simulate --stimuli stimuli --threshold 10 --participants 24"
          + " --out simulated.csv"
    })
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StimulusOptions stimuli;
  @Mixin private ObserverOptions observers;
  @Mixin private RunOptions run;

  @Option(
      names = "--missed",
      paramLabel = "X",
      defaultValue = "0.03",
      description = "Share of trials without an answer; default ${DEFAULT-VALUE}.")
  private double missed;

  @Option(
      names = "--participants",
      required = true,
      paramLabel = "N",
      description = "How many; each sees one set.")
  private int participants;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where the table of trials goes.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    if (participants < 1) {
      throw new IllegalArgumentException(
          "simulate: %d participants — give at least one".formatted(participants));
    }
    Outputs.requireWritable(out);
    StimulusManifest manifest = stimuli.manifest();
    Truth given = stimuli.truth(manifest);
    PsychometricFunction function = observers.function(Math.max(2, given.names().size()));
    List<Trial> trials =
        new SimulatedPeople(function, observers.spread(), missed)
            .decide(manifest, given, participants, run.seed());
    Trials.write(out, trials);
    if (!run.quiet()) {
      spec.commandLine().getOut().printf("%d simulated trials: %s%n", trials.size(), out);
    }
    return 0;
  }
}
