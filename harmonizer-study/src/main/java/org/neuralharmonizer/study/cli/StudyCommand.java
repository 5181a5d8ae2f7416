package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.io.ClickMeCatalogue;
import org.neuralharmonizer.io.ClickMeReader;
import org.neuralharmonizer.study.comparison.NetworkEntry;
import org.neuralharmonizer.study.comparison.NetworkEvaluation;
import org.neuralharmonizer.study.comparison.NetworkList;
import org.neuralharmonizer.study.comparison.NetworkResult;
import org.neuralharmonizer.study.comparison.NetworkStudy;
import org.neuralharmonizer.study.comparison.Scoring;
import org.neuralharmonizer.study.comparison.StudyFiles;
import org.neuralharmonizer.study.comparison.StudyProtocol;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.study.photographs.RecordPhotographs;
import org.neuralharmonizer.study.photographs.StudyImages;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Scores many networks against people. */
@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    description = {
      "Measures many networks on the same photographs, with controls and ceilings, and draws the"
          + " trade-off between accuracy and human alignment.",
      "",
      "Networks that were finished in the same folder before, with the same data, weights, options"
          + " and version, are not computed again; one that was interrupted goes on where it was.",
      ""
    },
    footer = {
      "",
      "The list is lines of name,network,source,baseline,accuracy under a line that says so."
          + " network is a name as for 'align' with its weights as source; or 'maps' with a folder"
          + " of N.npy, square maps of the central square of image N; or 'scores' with a table"
          + " image,score. A harmonized network names its baseline. The accuracy may be given, in"
          + " 0...1; else it is measured where --labels are given.",
      "",
      "Writes report.html, networks.csv, images.csv, study.json and a folder of partial results.",
      "",
      "Example: harmonize study --networks networks.csv --images photographs --maps gaze"
          + " --out results"
    })
final class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Origin origin;

  @Mixin private CommonOptions common;
  @Mixin private ExplanationOptions explained;
  @Mixin private ClusterOptions cluster;

  @Option(names = "--networks", required = true, paramLabel = "FILE", description = "The list.")
  private Path networks;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "With --images: lines image,label with the number of the class; without it every network"
              + " explains what it predicts.")
  private @Nullable Path labels;

  @Option(
      names = "--groups",
      paramLabel = "FILE",
      description = "Lines image,group under a header, for a table by group.")
  private @Nullable Path groups;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where results go; made if there is none.")
  private Path out;

  /** Where photographs and maps come from: folders or records. */
  private static final class Origin {
    @ArgGroup(exclusive = false)
    private @Nullable FolderOptions folders;

    @Option(
        names = "--clickme",
        paramLabel = "DIR",
        description =
            "ClickMe's TFRecord shards, .tfrecord(s), maybe .gz. Networks explain the class of the"
                + " record; maps are prepared as the released code does; records without a label"
                + " are left out and counted.")
    private @Nullable Path records;
  }

  @Override
  public Integer call() throws Exception {
    StudyProtocol protocol = protocol();
    try {
      study(protocol);
    } finally {
      protocol.images().close();
    }
    return 0;
  }

  private void study(StudyProtocol protocol) throws Exception {
    List<NetworkEntry> entries = NetworkList.read(networks);
    Map<String, String> named = groups == null ? Map.of() : NetworkList.pairs(groups);
    Files.createDirectories(out);
    PrintWriter printer = spec.commandLine().getOut();
    try (Backend backend = common.open();
        Cluster machines = cluster.used() ? cluster.connect() : null) {
      Scoring scoring =
          machines == null
              ? new NetworkEvaluation(protocol, backend)
              : machines.scoring(RemoteCommand.of(spec));
      Map<String, String> settings = settings(protocol, backend);
      if (machines != null) {
        settings.put("cluster", machines.description());
      }
      NetworkStudy study =
          NetworkStudy.of(
              entries,
              protocol,
              named,
              scoring,
              out.resolve("partial"),
              Version.library(),
              common.quiet() ? line -> {} : printer::println);
      StudyFiles.write(out, study, entries, protocol, backend, settings);
      if (!common.quiet()) {
        printer.println();
        printer.println(table(study));
        printer.println("report: " + out.resolve("report.html"));
      }
    }
  }

  /** What all networks are measured on, and how. */
  StudyProtocol protocol() throws IOException {
    ExplanationFunctional explanation = explained.functional(common.seed());
    if (origin.folders == null) {
      if (labels != null) {
        throw new IllegalArgumentException("study: --labels is for --images, not --clickme");
      }
      Path folder = Objects.requireNonNull(origin.records);
      RecordPhotographs records =
          new RecordPhotographs(ClickMeCatalogue.open(ClickMeReader.shards(folder)));
      return new StudyProtocol(records, Optional.of(records.labels()), explanation, common.seed());
    }
    PhotographFiles files = origin.folders.files();
    Optional<Labels> given =
        labels == null ? Optional.empty() : Optional.of(Labels.read(labels, files.ids()));
    return new StudyProtocol(files, given, explanation, common.seed());
  }

  Backend backend(int threads) {
    return common.open(threads);
  }

  private Map<String, String> settings(StudyProtocol protocol, Backend backend) {
    StudyImages images = protocol.images();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("photographs", images.size() + ", of which " + images.mapped() + " have maps");
    settings.put("explanation", explained.text());
    settings.put(
        "labels", protocol.labels().map(Labels::source).orElse("each network's own predictions"));
    settings.put("undefined scores", "left out of means and counted");
    settings.put("preparation", images.description());
    settings.put("controls", "maps at 224 x 224 and of unit mean");
    if (images.hasRaters()) {
      settings.put("ceilings", "1000 splits; 50 filled halves; maps of raters at the size given");
      settings.put("errors of raters", "100 draws of raters for each image");
    }
    settings.put("bootstrap", "1000 resamples of images, seed " + common.seed());
    settings.put("backend", backend.name());
    settings.put("version", "harmonizer " + Version.library() + ", " + Version.java());
    return settings;
  }

  private static TextTable table(NetworkStudy study) {
    TextTable table = new TextTable("network", "accuracy", "spearman", "error", "undefined");
    for (NetworkResult result : study.results()) {
      table.row(cells(study, result));
    }
    for (NetworkResult floor : study.controls().floors()) {
      table.row(cells(study, floor));
    }
    return table;
  }

  private static String[] cells(NetworkStudy study, NetworkResult result) {
    AlignmentResult alignment = study.alignment(result);
    return new String[] {
      result.name(),
      TextTable.number(result.accuracy(study.seed()).mean()),
      TextTable.number(alignment.mean()),
      TextTable.number(alignment.standardError()),
      String.valueOf(alignment.undefined())
    };
  }
}
