package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.io.ParameterFiles;
import org.neuralharmonizer.io.SafetensorsCheckpoints;
import org.neuralharmonizer.io.onnx.OnnxFiles;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.networks.NetworkCatalogue;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.LeaveOneOut;
import org.neuralharmonizer.study.photographs.NetworkScores;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.study.photographs.RunCheckpoints;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.TrainingResult;
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
          + " per_image), seconds, settings.",
      "",
      "Example: harmonize train --network mobilenet_v1_0.25 --weights mobilenet.h5"
          + " --images photographs --maps gaze --epochs 20 --out harmonized.safetensors"
    })
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PhotographOptions options;
  @Mixin private TrainingOptions training;
  @Mixin private CommonOptions common;

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

  @Override
  public Integer call() throws Exception {
    if (options.network().isDry(spec.commandLine().getOut())) {
      return 0;
    }
    if (!isOnnx() && !out.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      throw new IllegalArgumentException(
          "--out \"" + out + "\": let it end in .safetensors or .onnx");
    }
    Outputs.requireWritable(out);
    try (Backend backend = common.open()) {
      if (options.network().isTrained()) {
        Network network = options.network().trained();
        Photographs photographs = options.photographs(network.framing());
        run(network, photographs, options.labels(network, photographs, backend), backend);
      } else {
        Network unsized = options.network().untrained(1, common.seed());
        Photographs photographs = options.photographs(unsized.framing());
        Labels labels = options.givenLabels(photographs);
        Network network = options.network().untrained(labels.count(), common.seed());
        run(network, photographs, labels, backend);
      }
    }
    return 0;
  }

  private void run(Network network, Photographs photographs, Labels labels, Backend backend)
      throws IOException {
    LabeledImages images = photographs.labeled(network, labels);
    NetworkScores before = scores(network, images, backend);
    LabeledImages taught =
        training.softLabels() ? photographs.labeled(network, before.probabilities()) : images;
    TrainingResult result = fit(network, taught, backend);
    Network harmonized = network.withParameters(result.parameters());
    NetworkScores after = scores(harmonized, images, backend);
    Map<String, String> settings = settings(network, result, photographs, labels, backend);
    save(harmonized, settings);
    TrainingReport report = new TrainingReport(result, before, after, common.seed());
    if (!common.quiet()) {
      PrintWriter text = spec.commandLine().getOut();
      report.lines().forEach(text::println);
      text.println("written to " + out);
    }
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
    return options.explanation().functional(common.seed());
  }

  private TrainingResult fit(Network network, LabeledImages images, Backend backend) {
    try (Progress progress = new Progress("harmonizing", common)) {
      Harmonizer.Builder builder = harmonizer(network).listener(progress);
      if (checkpoints != null) {
        builder.checkpoints(
            RunCheckpoints.in(SafetensorsCheckpoints.in(checkpoints), network, images),
            checkpointEvery);
      }
      return builder.build().fit(images, backend);
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
    Mode usual = options.network().isTrained() ? Mode.INFERENCE : Mode.TRAINING;
    return training.harmonizer(network, usual, common.seed());
  }

  private Map<String, String> settings(
      Network network,
      TrainingResult result,
      Photographs photographs,
      Labels labels,
      Backend backend) {
    Map<String, String> settings = new TreeMap<>(result.settings());
    settings.put(NetworkCatalogue.NETWORK, network.name());
    settings.put(NetworkCatalogue.PREPROCESSING, network.preprocessing().text());
    settings.put(
        "first values",
        options.network().isTrained() ? options.network().source() : "drawn by the seed");
    settings.put("labels", labels.source());
    settings.put(
        "trained with",
        training.softLabels() ? "the network's probabilities before training" : "the labels");
    settings.put("preparation", photographs.preparation());
    settings.put("scored map", options.explanation().text());
    settings.put("backend", backend.name());
    settings.put("version", "harmonizer " + Version.library() + ", " + Version.java());
    return new LinkedHashMap<>(settings);
  }
}
