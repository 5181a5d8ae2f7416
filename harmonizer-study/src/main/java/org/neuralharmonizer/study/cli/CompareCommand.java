package org.neuralharmonizer.study.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.ParticipantFilter;
import org.neuralharmonizer.psychophysics.Trial;
import org.neuralharmonizer.study.psychophysics.DecisionReport;
import org.neuralharmonizer.study.psychophysics.DecisionStudy;
import org.neuralharmonizer.study.psychophysics.StimulusManifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares decisions of people and networks. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Compares how often people and networks know what an image shows as more of it is revealed.",
      ""
    },
    footer = {
      "",
      "Writes report.html, curves.csv and comparison.json (observers, each with accuracy by level,"
          + " whole, threshold_percent, slope and, beside people, decision_alignment, its intervals"
          + " over participants and images, area_between; excluded; settings).",
      "",
      "Example: harmonize psychophysics compare --stimuli stimuli --people data --network"
          + " plain=plain.csv --network harmonized=harmonized.csv --out results"
    })
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;

  @Option(
      names = "--stimuli",
      required = true,
      paramLabel = "DIR",
      description = "What was shown, drawn by 'harmonize psychophysics stimuli'.")
  private Path stimuli;

  @Option(
      names = "--people",
      paramLabel = "PATH",
      description =
          "A table of trials that a page saved, or a folder of them; can be given several times.")
  private List<Path> people = List.of();

  @Option(
      names = "--network",
      paramLabel = "NAME=FILE",
      description =
          "What 'harmonize psychophysics run' wrote for a network; can be given several times.")
  private Map<String, Path> networks = Map.of();

  @Option(
      names = "--accuracy",
      paramLabel = "NAME=X",
      description =
          "A network's accuracy, such as on ImageNet, over which decision alignment is drawn; can"
              + " be given for each.")
  private Map<String, Double> accuracies = Map.of();

  @Option(
      names = "--whole-accuracy",
      paramLabel = "X",
      description =
          "Leave out participants who are not right more often than this on whole images; default"
              + " 0.5.")
  private double leastWholeAccuracy = ParticipantFilter.standard().leastWholeAccuracy();

  @Option(
      names = "--timeouts",
      paramLabel = "X",
      description = "Leave out those who miss more than this share of trials; default a third.")
  private double mostTimeouts = ParticipantFilter.standard().mostTimeouts();

  @Option(
      names = "--one-key",
      paramLabel = "X",
      description =
          "Leave out those of whose answers more than this share are the same; default 0.95.")
  private double mostOneKey = ParticipantFilter.standard().mostOneKey();

  @Option(
      names = "--too-fast",
      paramLabel = "SECONDS",
      description = "Answers before this count as none; default 0.02.")
  private double shortestSeconds = ParticipantFilter.standard().shortestSeconds();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where results go; made if there is none.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    if (people.isEmpty() && networks.isEmpty()) {
      throw new IllegalArgumentException(
          "compare: nobody's decisions — give --people, --network or both");
    }
    StimulusManifest manifest = StimulusManifest.read(stimuli);
    List<Trial> human = new ArrayList<>();
    for (Path path : people) {
      human.addAll(Trials.read(path));
    }
    Map<String, List<Trial>> decided = new LinkedHashMap<>();
    for (Map.Entry<String, Path> network : networks.entrySet()) {
      if (network.getKey().equals(DecisionStudy.PEOPLE)) {
        throw new IllegalArgumentException(
            "compare: a network is called \"people\" — give it another name");
      }
      decided.put(network.getKey(), Trials.read(network.getValue()));
    }
    ParticipantFilter filter =
        new ParticipantFilter(leastWholeAccuracy, mostTimeouts, mostOneKey, shortestSeconds);
    double guess = 1.0 / categories(human, decided);
    DecisionStudy study = DecisionStudy.of(manifest, human, filter, decided, guess, run.seed());
    Files.createDirectories(out);
    if (!accuracies.isEmpty() && people.isEmpty()) {
      throw new IllegalArgumentException(
          "compare: --accuracy is drawn beside decision alignment with people — give --people too");
    }
    for (String name : accuracies.keySet()) {
      if (!networks.containsKey(name)) {
        throw new IllegalArgumentException(
            "compare: an accuracy of \"%s\", which is none of the networks %s"
                .formatted(name, networks.keySet()));
      }
    }
    DecisionReport.write(out, study, accuracies, provenance(filter, guess));
    if (!run.quiet()) {
      PrintWriter printer = spec.commandLine().getOut();
      printer.print(table(study));
      printer.println("report: " + out.resolve("report.html"));
    }
    return 0;
  }

  /** As many as there are among the images shown, at least two. */
  private static int categories(List<Trial> human, Map<String, List<Trial>> networks) {
    TreeSet<String> truths = new TreeSet<>();
    human.forEach(trial -> truths.add(trial.truth()));
    networks.values().forEach(trials -> trials.forEach(trial -> truths.add(trial.truth())));
    return Math.max(2, truths.size());
  }

  private Map<String, String> provenance(ParticipantFilter filter, double guess) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("people", people.isEmpty() ? "none" : people.toString());
    facts.put("networks", networks.toString());
    facts.put("filter", filter.toString());
    facts.put("accuracy by guessing", String.valueOf(guess));
    facts.put("bootstrap", "1000 resamples each, seed " + run.seed());
    facts.put("version", "harmonizer " + Version.library() + ", " + Version.java());
    return facts;
  }

  private static TextTable table(DecisionStudy study) {
    TextTable table =
        new TextTable(
            "observer", "threshold %", "whole image", "decision alignment", "over people");
    for (DecisionStudy.Observed each : study.observers()) {
      table.row(
          each.name(),
          TextTable.number(Math.pow(10, each.fit().function().threshold())),
          each.whole().map(point -> TextTable.number(point.accuracy().value())).orElse(""),
          each.comparison().map(found -> TextTable.number(found.alignment().value())).orElse(""),
          each.comparison()
              .map(
                  found ->
                      TextTable.number(found.overParticipants().lower())
                          + " to "
                          + TextTable.number(found.overParticipants().upper()))
              .orElse(""));
    }
    return table;
  }
}
