package org.neuralharmonizer.study.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.photographs.AlignmentReport;
import org.neuralharmonizer.study.photographs.AlignmentStudy;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.Photographs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Scores a network against people. */
@Command(
    name = "align",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how well what a network looks at agrees with what people look at.",
      "",
      "Each image is cut to its central square and resized to the network's size; so is its map."
          + " The network's saliency for the label is compared with the map by Spearman's rank"
          + " correlation over all pixels, and by Dice and intersection over union of the pixels"
          + " above the 90th percentile.",
      "",
      "The ceiling is --ceiling; else the split-half reliability of those images that have maps"
          + " of single raters; else none.",
      ""
    },
    footer = {
      "",
      "JSON: images (scored), without_map, spearman_mean, spearman_standard_error,"
          + " spearman_interval (95 %%), spearman_undefined, dice_mean, iou_mean, ceiling,"
          + " ceiling_spearman_brown, normalized, center_bias, center_bias_standard_error,"
          + " accuracy (of all images), per_image (list of id, label, spearman, dice,"
          + " iou), settings. What is not known or not defined is null.",
      "",
      "Example: harmonize align --network mobilenet_v1_0.25 --weights mobilenet.h5"
          + " --images photographs --maps gaze --report alignment.html"
    })
final class AlignCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PhotographOptions options;
  @Mixin private CommonOptions common;

  @Option(
      names = "--ceiling",
      paramLabel = "VALUE",
      description = "The best to be reached, above 0 and at most 1.")
  private @Nullable Double ceiling;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write a page with every image, its map and the saliency here.")
  private @Nullable Path report;

  @Override
  public Integer call() throws Exception {
    if (options.network().isDry(spec.commandLine().getOut())) {
      return 0;
    }
    Optional<InterRaterCeiling> given =
        Optional.ofNullable(ceiling)
            .map(value -> InterRaterCeiling.published(value, "given by --ceiling"));
    Outputs.requireWritable(report);
    Network network = options.network().trained();
    Photographs photographs = options.photographs(network.framing());
    try (Backend backend = common.open()) {
      Labels labels = options.labels(network, photographs, backend);
      AlignmentStudy study =
          AlignmentStudy.of(
              network,
              photographs,
              labels,
              options.explanation().functional(common.seed()),
              given,
              common.seed(),
              backend);
      Map<String, String> settings = settings(network, study, backend);
      if (!common.quiet()) {
        print(study, settings);
      }
      if (report != null) {
        AlignmentReport.of(study, settings).write(report);
      }
      common.writeJson(Results.of(study, settings));
    }
    return 0;
  }

  private void print(AlignmentStudy study, Map<String, String> settings) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(Results.table(study));
    Results.summary(study).forEach(out::println);
    out.println();
    settings.forEach((name, value) -> out.println(name + ": " + value));
  }

  private Map<String, String> settings(Network network, AlignmentStudy study, Backend backend) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network", study.network());
    settings.put("weights", options.network().source());
    settings.put("preprocessing", network.preprocessing().text());
    settings.put("explanation", options.explanation().text());
    settings.put("labels", study.labels());
    settings.put("preparation", study.preparation());
    settings.put(
        "ceiling",
        study
            .ceiling()
            .map(found -> Words.word(found.estimate()) + ": " + found.source())
            .orElse("none"));
    settings.put("bootstrap", "1000 resamples of images, seed " + common.seed());
    settings.put("backend", backend.name());
    settings.put("version", "harmonizer " + Version.library() + ", " + Version.java());
    return settings;
  }
}
