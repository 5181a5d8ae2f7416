package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.io.ClassFolders;
import org.neuralharmonizer.io.ClickMeCatalogue;
import org.neuralharmonizer.io.ParameterFiles;
import org.neuralharmonizer.io.SafetensorsCheckpoints;
import org.neuralharmonizer.io.onnx.OnnxFiles;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.networks.NetworkCatalogue;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.LeaveOneOut;
import org.neuralharmonizer.study.photographs.NetworkScores;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.study.photographs.RunCheckpoints;
import org.neuralharmonizer.study.records.RecordImages;
import org.neuralharmonizer.study.records.SourceScores;
import org.neuralharmonizer.study.records.TrainingCourse;
import org.neuralharmonizer.train.BatchStatistics;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.ShareSums;
import org.neuralharmonizer.train.TrainingListener;
import org.neuralharmonizer.train.TrainingRecipe;
import org.neuralharmonizer.train.TrainingResult;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Harmonizes a network. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Harmonizes a network: trains it on images, labels and people's maps, so that it"
          + " recognises objects by what people look at.",
      "",
      "Images and maps are prepared as by 'harmonize align'. Images without a map train"
          + " classification only. The network is scored on the training images before and after;"
          + " --leave-one-out says what harmonizing does for images that it has not seen.",
      "",
      "With --clickme, images, labels and maps are those of ClickMe's records, read as they are"
          + " needed, mixed with those of --unmapped, and the scores are of --held-out.",
      ""
    },
    footer = {
      "",
      "JSON: epochs (list of epoch, loss, cross_entropy, harmonization, weight_decay, accuracy,"
          + " explanation_deviation, the mean standard deviation of the network's maps;"
          + " after a resumption those of this call), before and after (each accuracy,"
          + " spearman_mean, spearman_standard_error, dice_mean, iou_mean, per_image, on the"
          + " training images), agreement (share of images whose predicted class is kept),"
          + " logit_change (norm of the change by norm before), leave_one_out (null, or"
          + " spearman_before, spearman_after, gain, each mean and standard_error; agreement;"
          + " per_image), seconds, settings. With --clickme, before and after have accuracy,"
          + " images, spearman_mean, spearman_standard_error and undefined, and left_out counts"
          + " records without a label.",
      "",
      "Example: harmonize train --network mobilenet_v1_0.25 --weights mobilenet.h5"
          + " --images photographs --maps gaze --epochs 20 --out harmonized.safetensors"
    })
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions networks;

  @ArgGroup(multiplicity = "1")
  private Origin origin;

  @Mixin private LabelOptions labels;
  @Mixin private ExplanationOptions explained;
  @Mixin private TrainingOptions training;
  @Mixin private CommonOptions common;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--shares",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "With --spark: equal shares that each batch falls into, one task each; results depend on"
              + " it, but not on the number of machines. Default ${DEFAULT-VALUE}.")
  private int shares;

  @Option(
      names = "--local-steps",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "With --spark: steps that each share takes by itself before parameters are averaged; for"
              + " slow networks. Default ${DEFAULT-VALUE}, steps on the gradient of all shares.")
  private int localSteps;

  @Option(
      names = "--batch-norm",
      paramLabel = "OVER",
      defaultValue = "PARTS",
      description =
          "With --spark: what batch norm normalizes by in training: 'parts', each share or the"
              + " parts of it; or 'batch', as on one machine, for which all shares run at the same"
              + " time and exchange statistics. Default parts.")
  private Over statistics;

  private enum Over {
    PARTS,
    BATCH;

    BatchStatistics of() {
      return this == PARTS ? BatchStatistics.OF_PARTS : BatchStatistics.OF_BATCH;
    }
  }

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Write the trained network here, as .safetensors or .onnx.")
  private Path out;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description =
          "Save here while training; a run with the same settings that finds its "
              + "checkpoints continues from the latest and ends with the same bits.")
  private @Nullable Path checkpoints;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      defaultValue = "20",
      description = "Steps from one checkpoint to the next; default ${DEFAULT-VALUE}.")
  private int checkpointEvery;

  @Option(
      names = "--leave-one-out",
      description =
          "Then, for each image with a map, harmonize anew on all others and score it alone; "
              + "takes as many runs as there are such images, and saves none of them.")
  private boolean leaveOneOut;

  /** Where images and maps come from: folders or records. */
  private static final class Origin {
    @ArgGroup(exclusive = false)
    private @Nullable FolderOptions folders;

    @ArgGroup(exclusive = false)
    private @Nullable RecordOptions records;
  }

  @Override
  public Integer call() throws Exception {
    if (networks.isDry(spec.commandLine().getOut())) {
      return 0;
    }
    if (!isOnnx() && !out.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      throw new IllegalArgumentException(
          "--out \"" + out + "\": let it end in .safetensors or .onnx");
    }
    Outputs.requireWritable(out);
    if (cluster.used()) {
      refuse(leaveOneOut, "--leave-one-out", "one machine, not --spark");
      refuse(training.softLabels(), "--soft-labels", "one machine, not --spark");
    } else {
      refuse(shares != 1, "--shares", "--spark");
      refuse(localSteps != 1, "--local-steps", "--spark");
      refuse(statistics != Over.PARTS, "--batch-norm", "--spark");
    }
    try (Backend backend = common.open()) {
      if (origin.folders != null) {
        onPhotographs(origin.folders, backend);
      } else {
        onRecords(Objects.requireNonNull(origin.records), backend);
      }
    }
    return 0;
  }

  /** A network and what it learns from. */
  private record Taught(Network network, Photographs photographs, Labels labels) {}

  private void onPhotographs(FolderOptions folders, Backend backend) throws IOException {
    Taught taught = taught(folders, backend);
    run(taught.network(), taught.photographs(), taught.labels(), backend);
  }

  private Taught taught(FolderOptions folders, Backend backend) throws IOException {
    if (networks.isTrained()) {
      Network network = networks.trained();
      Photographs photographs = folders.photographs(network.framing());
      return new Taught(network, photographs, labels.of(network, photographs, backend));
    }
    Network unsized = networks.untrained(1, common.seed());
    Photographs photographs = folders.photographs(unsized.framing());
    Labels given = labels.given(photographs);
    return new Taught(networks.untrained(given.count(), common.seed()), photographs, given);
  }

  private void onRecords(RecordOptions options, Backend backend) throws IOException {
    refuse(leaveOneOut, "--leave-one-out", "--images, not --clickme");
    refuse(training.softLabels(), "--soft-labels", "--images, not --clickme");
    refuse(labels.given(), "--labels", "--images, not --clickme");
    if (options.recipe() != null) {
      for (String option : List.of("--loss", "--learning-rate", "--warm-up")) {
        if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
          throw new IllegalArgumentException(
              "train: --recipe says what " + option + " says — give one of them");
        }
      }
    }
    try (ClickMeCatalogue records = options.trainingRecords();
        ClickMeCatalogue scoredRecords = options.scoredRecords()) {
      ClassFolders others = options.unmapped();
      Network network = network(options, records, others);
      Map<String, String> data = new TreeMap<>(Map.of("records", records.checksum()));
      if (others != null) {
        data.put("unmapped", others.checksum());
      }
      try (RecordImages images = images(options, records, others, scoredRecords, network);
          Progress progress = new Progress("harmonizing", common)) {
        Function<Parameters, SourceScores> scores =
            values ->
                SourceScores.of(
                    network.withParameters(values),
                    images.scored(),
                    scored(),
                    common.seed(),
                    backend);
        Path course = options.course();
        TrainingListener listener =
            course == null
                ? progress
                : TrainingCourse.in(course, scores, named(network), options.scoreEvery(), progress);
        SourceScores before = scores.apply(network.parameters());
        Harmonizer.Builder builder = harmonizer(options, network).listener(listener);
        if (checkpoints != null) {
          builder.checkpoints(
              RunCheckpoints.in(SafetensorsCheckpoints.in(checkpoints), network, data),
              checkpointEvery);
        }
        TrainingResult result = fit(builder.build(), images.training(), backend);
        Map<String, String> settings = settings(network, result, backend);
        settings.put("labels", "of the records");
        settings.put("scored", images.scored().description());
        save(network.withParameters(result.parameters()), settings);
        SourceScores after = scores.apply(result.parameters());
        RecordReport report = new RecordReport(result, before, after, images.leftOut());
        print(report.lines());
        common.writeJson(report.members(settings));
      }
    }
  }

  private void print(List<String> lines) {
    if (!common.quiet()) {
      PrintWriter text = spec.commandLine().getOut();
      lines.forEach(text::println);
      text.println("written to " + out);
    }
  }

  private Harmonizer.Builder harmonizer(RecordOptions options, Network network) {
    TrainingRecipe recipe = options.recipe();
    return recipe == null
        ? harmonizer(network)
        : training.harmonizer(recipe, network, usualMode(), common.seed());
  }

  private RecordImages images(
      RecordOptions options,
      ClickMeCatalogue records,
      @Nullable ClassFolders others,
      ClickMeCatalogue scored,
      Network network) {
    RecordImages.Unmapped unmapped =
        others == null ? null : new RecordImages.Unmapped(others, options.recordShare());
    return RecordImages.of(records, unmapped, scored, network, options.recipe(), common.seed());
  }

  private Network network(
      RecordOptions options, ClickMeCatalogue records, @Nullable ClassFolders others)
      throws IOException {
    return networks.isTrained()
        ? networks.trained()
        : networks.untrained(options.classes(records, others), common.seed());
  }

  private static void refuse(boolean given, String option, String purpose) {
    if (given) {
      throw new IllegalArgumentException("train: " + option + " is for " + purpose);
    }
  }

  private TrainingResult fit(Harmonizer harmonizer, ImageSource images, Backend backend) {
    if (!cluster.used()) {
      return harmonizer.fit(images, backend);
    }
    Division division = new Division(shares, localSteps, statistics.of());
    try (Cluster machines = cluster.connect()) {
      ShareSums sums = machines.sums(RemoteCommand.of(spec), division);
      return harmonizer.fit(images, backend, division, sums);
    }
  }

  Backend backend(int threads) {
    return common.open(threads);
  }

  /** The run as another machine reads it again, to compute shares of it. */
  RemoteTraining remote(int threads) throws IOException {
    FolderOptions folders = origin.folders;
    if (folders == null) {
      return remote(Objects.requireNonNull(origin.records));
    }
    try (Backend backend = common.open(threads)) {
      Taught taught = taught(folders, backend);
      LabeledImages images = taught.photographs().labeled(taught.network(), taught.labels());
      return new RemoteTraining(harmonizer(taught.network()).build(), images, () -> {});
    }
  }

  private RemoteTraining remote(RecordOptions options) throws IOException {
    ClickMeCatalogue records = options.trainingRecords();
    try {
      ClassFolders others = options.unmapped();
      Network network = network(options, records, others);
      RecordImages images = images(options, records, others, records, network);
      Harmonizer harmonizer = harmonizer(options, network).build();
      return new RemoteTraining(
          harmonizer,
          images.training(),
          () -> {
            images.close();
            records.close();
          });
    } catch (IOException | RuntimeException e) {
      records.close();
      throw e;
    }
  }

  private void run(Network network, Photographs photographs, Labels given, Backend backend)
      throws IOException {
    LabeledImages images = photographs.labeled(network, given);
    NetworkScores before = scores(network, images, backend);
    LabeledImages taught =
        training.softLabels() ? photographs.labeled(network, before.probabilities()) : images;
    TrainingResult result = fit(network, taught, backend);
    Network harmonized = network.withParameters(result.parameters());
    NetworkScores after = scores(harmonized, images, backend);
    Map<String, String> settings = settings(network, result, photographs, given, backend);
    save(harmonized, settings);
    TrainingReport report = new TrainingReport(result, before, after, common.seed());
    print(report.lines());
    Optional<LeaveOneOut> unseen =
        leaveOneOut ? Optional.of(leaveOneOut(network, images, taught, backend)) : Optional.empty();
    if (!common.quiet() && unseen.isPresent()) {
      report.lines(unseen.get()).forEach(spec.commandLine().getOut()::println);
    }
    common.writeJson(report.members(unseen, settings));
  }

  private boolean isOnnx() {
    return out.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  private void save(Network network, Map<String, String> settings) throws IOException {
    if (isOnnx()) {
      OnnxFiles.write(out, network.classifier(), network.parameters(), settings);
    } else {
      ParameterFiles.save(out, network.parameters(), settings);
    }
  }

  private NetworkScores scores(Network network, LabeledImages images, Backend backend) {
    return NetworkScores.of(network, images, scored(), common.seed(), backend);
  }

  private ExplanationFunctional scored() {
    return explained.functional(common.seed());
  }

  private TrainingResult fit(Network network, LabeledImages images, Backend backend) {
    try (Progress progress = new Progress("harmonizing", common)) {
      Harmonizer.Builder builder = harmonizer(network).listener(progress);
      if (checkpoints != null) {
        builder.checkpoints(
            RunCheckpoints.in(SafetensorsCheckpoints.in(checkpoints), network, images),
            checkpointEvery);
      }
      return fit(builder.build(), images, backend);
    }
  }

  private LeaveOneOut leaveOneOut(
      Network network, LabeledImages images, LabeledImages taught, Backend backend) {
    try (Progress progress = new Progress("leaving one out", common)) {
      Harmonizer harmonizer = harmonizer(network).listener(progress).build();
      return LeaveOneOut.of(network, images, taught, harmonizer, scored(), backend);
    }
  }

  private Harmonizer.Builder harmonizer(Network network) {
    return training.harmonizer(network, usualMode(), common.seed());
  }

  private Mode usualMode() {
    return networks.isTrained() ? Mode.INFERENCE : Mode.TRAINING;
  }

  private Map<String, String> settings(
      Network network,
      TrainingResult result,
      Photographs photographs,
      Labels given,
      Backend backend) {
    Map<String, String> settings = settings(network, result, backend);
    settings.put("labels", given.source());
    settings.put(
        "trained with",
        training.softLabels() ? "the network's probabilities before training" : "the labels");
    settings.put("preparation", photographs.preparation());
    return settings;
  }

  private Map<String, String> settings(Network network, TrainingResult result, Backend backend) {
    Map<String, String> settings = new TreeMap<>(result.settings());
    settings.putAll(named(network));
    settings.put("first values", networks.isTrained() ? networks.source() : "drawn by the seed");
    settings.put("scored map", explained.text());
    settings.put("backend", backend.name());
    settings.put("version", "harmonizer " + Version.library() + ", " + Version.java());
    return settings;
  }

  /** By what a file of the trained network can be read again. */
  private static Map<String, String> named(Network network) {
    return Map.of(
        NetworkCatalogue.NETWORK,
        network.name(),
        NetworkCatalogue.PREPROCESSING,
        network.preprocessing().text());
  }
}
