package org.neuralharmonizer.study.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.demo.DemoFiles;
import org.neuralharmonizer.study.demo.DemoReport;
import org.neuralharmonizer.study.demo.DemoResult;
import org.neuralharmonizer.study.demo.DemoSettings;
import org.neuralharmonizer.study.demo.Demonstration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a network twice on drawn scenes and shows the difference. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Draws scenes in which a shortcut gives the answer away, trains one network on them"
          + " twice, plainly and harmonized with the maps of simulated people, and measures both:"
          + " accuracy, accuracy once the shortcut is broken, human alignment against the ceiling"
          + " computed from the people. Takes about a minute on two cores and writes a page to"
          + " look at.",
      ""
    },
    footer = {
      "",
      "JSON: plain and harmonized (each accuracy, shifted_accuracy, alignment,"
          + " normalized_alignment, their …_standard_error, training_seconds), ceiling,"
          + " ceiling_spearman_brown, center_bias, seconds, settings."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Where to write the page; default demo.html in the current folder.")
  private Path report = Path.of("demo.html");

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Epochs of each training; fewer are quicker and show less.")
  private @Nullable Integer epochs;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description =
          "Also write both networks, the test scenes, people's maps and labels here, as 'study'"
              + " takes them: --networks DIR/networks.csv --images DIR/images --maps DIR/maps"
              + " --labels DIR/labels.csv.")
  private @Nullable Path keep;

  @Override
  public Integer call() throws Exception {
    Outputs.requireWritable(report);
    DemoSettings settings = DemoSettings.standard(common.seed());
    if (epochs != null) {
      settings = settings.withEpochs(epochs);
    }
    try (Backend backend = common.open()) {
      DemoResult result = Demonstration.run(settings, backend, name -> new Progress(name, common));
      Map<String, String> facts = new LinkedHashMap<>(result.provenance());
      facts.put("version", "harmonizer " + Version.library() + ", " + Version.java());
      DemoReport.of(result).provenance(facts).write(report);
      if (keep != null) {
        DemoFiles.write(keep, result);
      }
      if (!common.quiet()) {
        print(result);
      }
      common.writeJson(members(result, facts));
    }
    return 0;
  }

  private void print(DemoResult result) {
    PrintWriter out = spec.commandLine().getOut();
    TextTable table =
        new TextTable(
            "network", "accuracy", "shortcut broken", "alignment", "normalized", "training s");
    row(table, "plain", result.plain());
    row(table, "harmonized", result.harmonized());
    table.row("ceiling", "", "", TextTable.number(result.ceiling().value()), "1.000", "");
    table.row(
        "center bias",
        "",
        "",
        measured(result.centerBias().mean(), result.centerBias().standardError()),
        TextTable.number(result.centerBias().normalized().orElse(Double.NaN)),
        "");
    out.print(table);
    out.printf(Locale.ROOT, "%.0f seconds; look at %s%n", result.seconds(), report);
  }

  private static void row(TextTable table, String name, DemoResult.Network network) {
    AlignmentResult alignment = network.alignment();
    table.row(
        name,
        measured(network.accuracy()),
        measured(network.shiftedAccuracy()),
        measured(alignment.mean(), alignment.standardError()),
        TextTable.number(alignment.normalized().orElse(Double.NaN)),
        String.format(Locale.ROOT, "%.1f", network.seconds()));
  }

  private static String measured(BootstrapInterval interval) {
    return measured(interval.mean(), interval.standardError());
  }

  private static String measured(double mean, double standardError) {
    return TextTable.number(mean) + " ± " + TextTable.number(standardError);
  }

  private static Map<String, @Nullable Object> members(
      DemoResult result, Map<String, String> settings) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("plain", members(result.plain()));
    members.put("harmonized", members(result.harmonized()));
    members.put("ceiling", result.ceiling().value());
    members.put("ceiling_spearman_brown", result.correctedCeiling().value());
    members.put("center_bias", Results.number(result.centerBias().mean()));
    members.put("seconds", result.seconds());
    members.put("settings", new TreeMap<>(settings));
    return members;
  }

  private static Map<String, @Nullable Object> members(DemoResult.Network network) {
    AlignmentResult alignment = network.alignment();
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("accuracy", network.accuracy().mean());
    members.put("accuracy_standard_error", network.accuracy().standardError());
    members.put("shifted_accuracy", network.shiftedAccuracy().mean());
    members.put("shifted_accuracy_standard_error", network.shiftedAccuracy().standardError());
    members.put("alignment", Results.number(alignment.mean()));
    members.put("alignment_standard_error", Results.number(alignment.standardError()));
    members.put("normalized_alignment", Results.number(alignment.normalized().orElse(Double.NaN)));
    members.put(
        "normalized_alignment_standard_error",
        Results.number(alignment.normalizedStandardError().orElse(Double.NaN)));
    members.put("training_seconds", network.seconds());
    return members;
  }
}
