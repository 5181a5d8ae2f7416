package org.neuralharmonizer.study.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.psychophysics.RevealLevels;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.study.psychophysics.Stimulus;
import org.neuralharmonizer.study.psychophysics.StimulusFiles;
import org.neuralharmonizer.study.psychophysics.StimulusSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Draws the stimuli of an experiment. */
@Command(
    name = "stimuli",
    mixinStandardHelpOptions = true,
    description = {
      "Draws stimuli that reveal 1 to 100 percent of the important pixels of photographs on"
          + " phase-scrambled noise.",
      "",
      "From the peak of its map a region of each photograph grows to --budget of the pixels, the"
          + " same number for every photograph. Twelve stimuli show 1, 1.6, 2.5 ... 100 percent of"
          + " it, moved to the middle, and the whole photograph. Photographs without a map are left"
          + " out.",
      ""
    },
    footer = {
      "",
      "Writes IMAGE_LEVEL.png, manifest.csv (file, image, label, level, percent, pixels, seed,"
          + " order, box, set) and manifest.json (settings). Each set holds every image once, and"
          + " its levels in turn: one for each participant.",
      "",
      "Example: harmonize psychophysics stimuli --images photographs --maps gaze --out stimuli"
    })
final class StimuliCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private FolderOptions folders;
  @Mixin private RunOptions run;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Lines image,label with the number of the class, for the manifest.")
  private @Nullable Path labels;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "256",
      description = "Height and width of stimuli in pixels; default ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--budget",
      paramLabel = "PERCENT",
      defaultValue = "25",
      description = "Of all pixels, how many count as important; default ${DEFAULT-VALUE}.")
  private double budget;

  @Option(
      names = "--growth",
      paramLabel = "NAME",
      defaultValue = "probabilistic",
      converter = Words.OfGrowth.class,
      completionCandidates = Words.OfGrowth.class,
      description =
          "How the region grows, to a neighbour drawn by importance or to the most important one:"
              + " ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private StimulusSettings.Growth growth;

  @Option(
      names = "--order",
      paramLabel = "NAME",
      defaultValue = "importance",
      converter = Words.OfOrder.class,
      completionCandidates = Words.OfOrder.class,
      description =
          "What decides which pixels come first: the maps, which are of people's importance, of"
              + " fixations or of a network's saliency; or, as controls, nothing: uniform (a region"
              + " from the middle) or bubbles (round places). ${COMPLETION-CANDIDATES}; default"
              + " ${DEFAULT-VALUE}.")
  private StimulusSettings.Order order;

  @Option(
      names = "--background",
      paramLabel = "NAME",
      defaultValue = "image",
      converter = Words.OfBackground.class,
      completionCandidates = Words.OfBackground.class,
      description =
          "Noise with the spectrum of each image, or with the mean of the set:"
              + " ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private StimulusSettings.Background background;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where stimuli go; made if there is none.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    if (!(budget > 0 && budget <= 100)) {
      throw new IllegalArgumentException("--budget is " + budget + " — give above 0 to 100");
    }
    int pixels = (int) Math.max(1, Math.round(budget / 100 * size * size));
    StimulusSettings settings =
        new StimulusSettings(
            size, RevealLevels.asInPaper(), pixels, order, growth, background, run.seed());
    PhotographFiles files = folders.files();
    Optional<Labels> given =
        labels == null ? Optional.empty() : Optional.of(Labels.read(labels, files.ids()));
    Map<String, String> context = new LinkedHashMap<>();
    context.put("data", files.digest());
    context.put("labels", given.map(Labels::source).orElse("none"));
    context.put("version", "harmonizer " + Version.library() + ", " + Version.java());
    Files.createDirectories(out);
    List<Stimulus> stimuli = StimulusFiles.write(out, files, given, settings, context);
    if (!run.quiet()) {
      spec.commandLine()
          .getOut()
          .printf(
              "%d stimuli of %d photographs, %d without a map left out: %s%n",
              stimuli.size(), files.mapped(), files.size() - files.mapped(), out);
    }
    return 0;
  }
}
