package org.neuralharmonizer.study.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.study.psychophysics.ExperimentPage;
import org.neuralharmonizer.study.psychophysics.StimulusManifest;
import org.neuralharmonizer.study.psychophysics.Truth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes pages on which people take part. */
@Command(
    name = "page",
    mixinStandardHelpOptions = true,
    description = {
      "Makes pages on which people decide to which of two categories the image of each stimulus"
          + " belongs: one page for each set, for one participant after another. A page is one file"
          + " and needs no server.",
      ""
    },
    footer = {
      "",
      "A cross for 1100 to 1600 ms, the stimulus for 400 ms, an answer within 550 ms of its onset;"
          + " feedback only where it came too late. At the end the answers are saved as a CSV file"
          + " for 'compare'.",
      "",
      "Example: harmonize psychophysics page --stimuli stimuli --out pages --consent consent.txt"
    })
final class PageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StimulusOptions stimuli;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      defaultValue = "What is in the picture?",
      description = "Of the page; default ${DEFAULT-VALUE}")
  private String title;

  @Option(
      names = "--consent",
      paramLabel = "FILE",
      description = "A text that participants read and agree to.")
  private @Nullable Path consent;

  @Option(
      names = "--keys",
      paramLabel = "A,B",
      split = ",",
      defaultValue = "s,l",
      description =
          "Keys for the two categories in the order of their names; default ${DEFAULT-VALUE}.")
  private List<String> keys;

  @Option(
      names = "--training",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Images, the first of the stimuli, that are shown whole before the test and not in it;"
              + " default ${DEFAULT-VALUE}.")
  private int training;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where set-00.html and so on go; made if there is none.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    StimulusManifest manifest = stimuli.manifest();
    Truth given = stimuli.truth(manifest);
    String text = consent == null ? "" : Files.readString(consent);
    ExperimentPage page =
        new ExperimentPage(
            manifest, given, new ExperimentPage.Settings(title, text, keys, training));
    Files.createDirectories(out);
    for (int set = 0; set < page.sets(); set++) {
      page.write(out.resolve("set-" + StimulusManifest.condition(set) + ".html"), set);
    }
    spec.commandLine().getOut().printf("%d pages: %s%n", page.sets(), out);
    return 0;
  }
}
