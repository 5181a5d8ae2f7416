package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.Accuracies;
import org.neuralharmonizer.psychophysics.Accuracy;
import org.neuralharmonizer.psychophysics.Categories;
import org.neuralharmonizer.psychophysics.Readout;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.psychophysics.LinearProbe;
import org.neuralharmonizer.study.psychophysics.NetworkDecisions;
import org.neuralharmonizer.study.psychophysics.StimulusManifest;
import org.neuralharmonizer.study.psychophysics.Truth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets a network decide on stimuli. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Lets a network decide to which category the image of each stimulus belongs, and writes its"
          + " decisions as a table of trials, like those of people.",
      ""
    },
    footer = {
      "",
      "Writes lines observer,session,condition,stimulus,truth,answer,seconds; the condition is the"
          + " number of the level, seconds are empty. With --json also accuracy (by level) and"
          + " settings.",
      "",
      "Example: harmonize psychophysics run --stimuli stimuli --network vgg16 --weights vgg16.pth"
          + " --out vgg16.csv"
    })
final class DecideCommand implements Callable<Integer> {
  private static final int IMAGENET = 1000;

  @Spec private CommandSpec spec;
  @Mixin private StimulusOptions stimuli;
  @Mixin private NetworkOptions networks;
  @Mixin private CommonOptions common;

  @Option(
      names = "--categories",
      paramLabel = "FILE",
      description =
          "Lines class,category under that header, one for each class of the network; default"
              + " animal and object, for the 1000 classes of ImageNet.")
  private @Nullable Path categories;

  @Option(
      names = "--readout",
      paramLabel = "NAME",
      defaultValue = "highest",
      converter = Words.OfReadout.class,
      completionCandidates = Words.OfReadout.class,
      description =
          "How categories follow from classes: ${COMPLETION-CANDIDATES}; default"
              + " ${DEFAULT-VALUE}. Sums favour the category with more classes.")
  private Readout readout;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description =
          "Decide by a linear classifier on the output of this layer instead, which learns from the"
              + " whole images of all but the one it decides on; 'harmonize inspect' has names.")
  private @Nullable String layer;

  @Option(
      names = "--probe",
      paramLabel = "NAME",
      defaultValue = "support-vectors",
      converter = Words.OfProbe.class,
      completionCandidates = Words.OfProbe.class,
      description = "The classifier: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private LinearProbe.Kind probe;

  @Option(
      names = "--probe-cost",
      paramLabel = "X",
      defaultValue = "0.0001",
      description = "Its cost of a mistake; default ${DEFAULT-VALUE}.")
  private double probeCost;

  @Option(
      names = "--name",
      paramLabel = "TEXT",
      description = "What the table calls the network; default its name.")
  private @Nullable String name;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where the table of trials goes.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    if (networks.isDry(spec.commandLine().getOut())) {
      return 0;
    }
    Outputs.requireWritable(out);
    Network network = networks.trained();
    StimulusManifest manifest = stimuli.manifest();
    // A probe learns the categories of the images, and needs none of classes.
    Optional<Categories> known =
        layer != null && stimuli.isTruthGiven()
            ? Optional.empty()
            : Optional.of(categories(network.classifier().classes()));
    Truth given =
        known.isPresent() ? stimuli.truth(manifest, known.get()) : stimuli.truth(manifest);
    String observer = name == null ? network.name() : name;
    try (Backend backend = common.open()) {
      List<Trial> trials =
          layer == null
              ? NetworkDecisions.of(
                  observer, network, manifest, known.orElseThrow(), given, readout, backend)
              : new LinearProbe(layer, probe, probeCost)
                  .decide(observer, network, manifest, given, backend);
      Trials.write(out, trials);
      Map<String, Accuracy> accuracies = Accuracies.byCondition(trials);
      print(manifest, accuracies);
      common.writeJson(members(observer, known, given, accuracies, backend));
    }
    return 0;
  }

  private Categories categories(int classes) throws IOException {
    if (categories != null) {
      return Truth.categories(categories, classes);
    }
    if (classes != IMAGENET) {
      throw new IllegalArgumentException(
          "run: the network has %d classes, not the 1000 of ImageNet — say with --categories to which category each belongs"
              .formatted(classes));
    }
    return Categories.animalsOfImageNet();
  }

  private void print(StimulusManifest manifest, Map<String, Accuracy> accuracies) {
    if (common.quiet()) {
      return;
    }
    TextTable table = new TextTable("revealed", "accuracy");
    List<String> conditions = manifest.conditions();
    for (int i = 0; i < conditions.size(); i++) {
      table.row(
          String.format(Locale.ROOT, "%.1f %%", manifest.percents().get(i)),
          TextTable.number(accuracies.get(conditions.get(i)).value()));
    }
    table.row("whole image", TextTable.number(accuracies.get(manifest.whole()).value()));
    spec.commandLine().getOut().print(table);
    spec.commandLine().getOut().println("written to " + out);
  }

  private Map<String, Object> members(
      String observer,
      Optional<Categories> known,
      Truth given,
      Map<String, Accuracy> accuracies,
      Backend backend) {
    Map<String, Object> members = new LinkedHashMap<>();
    Map<String, Object> accuracy = new LinkedHashMap<>();
    accuracies.forEach((condition, each) -> accuracy.put(condition, each.value()));
    members.put("accuracy", accuracy);
    members.put(
        "settings",
        Map.of(
            "observer",
            observer,
            "network",
            networks.source(),
            "categories",
            known.map(Categories::toString).orElse(given.names().toString()),
            "readout",
            layer == null ? readout.name() : probe + " of " + layer + ", cost " + probeCost,
            "backend",
            backend.name(),
            "version",
            "harmonizer " + Version.library() + ", " + Version.java()));
    return members;
  }
}
