package org.neuralharmonizer.study.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.Categories;
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
  private static final double LAPSE = 0.02;

  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;

  @Option(
      names = "--stimuli",
      required = true,
      paramLabel = "DIR",
      description = "What 'harmonize psychophysics stimuli' has drawn.")
  private Path stimuli;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "Lines image,category under that header; default animal and object by the labels with"
              + " which stimuli were drawn, as classes of ImageNet.")
  private @Nullable Path truth;

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
    if (!(threshold > 0) || participants < 1) {
      throw new IllegalArgumentException(
          "simulate: %d participants with a threshold of %s %% — give at least one, and above 0"
              .formatted(participants, threshold));
    }
    Outputs.requireWritable(out);
    StimulusManifest manifest = StimulusManifest.read(stimuli);
    Truth given =
        truth == null
            ? Truth.ofLabels(manifest, Categories.animalsOfImageNet())
            : Truth.read(truth, manifest);
    PsychometricFunction function =
        new PsychometricFunction(
            Math.log10(threshold), slope, 1.0 / Math.max(2, given.names().size()), LAPSE);
    List<Trial> trials =
        new SimulatedPeople(function, spread, missed)
            .decide(manifest, given, participants, run.seed());
    Trials.write(out, trials);
    if (!run.quiet()) {
      spec.commandLine().getOut().printf("%d simulated trials: %s%n", trials.size(), out);
    }
    return 0;
  }
}
