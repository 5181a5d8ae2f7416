package org.neuralharmonizer.study.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reproduces reference data: golden values of operators, losses, networks, statistics, maps and
 * phases, of trained models, ONNX files, Keras' layers, ClickMe's records, gaze, tables, trials and
 * small files, as far as a folder holds them. Everything that depends on the data, such as sizes,
 * names and geometries, is read from its files.
 */
public final class Verification {
  private static final String GOLDEN = "golden";
  private static final List<Part> PARTS =
      List.of(
          new LossPart(),
          new NetworkPart(),
          new StatisticsPart(),
          new MapPart(),
          new PhasePart(),
          new OperatorPart());

  /** What has a folder of its own beside the golden values. */
  private static final List<Part> FOLDERS =
      List.of(
          new TrainedModelPart(),
          new OnnxNetworkPart(),
          new OnnxCasesPart(),
          new KerasLayersPart(),
          new ClickMePart(),
          new GazePart(),
          new TablesPart(),
          new TrialsPart(),
          new FilesPart());

  private Verification() {}

  /**
   * A report for each part that the folder holds, and one for what no part knows.
   *
   * @param data a folder with {@code golden} and folders of the other kinds below it, or such a
   *     {@code golden}
   * @param evaluator what computes
   * @param precision its precision, which decides the tolerances
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  public static List<PartReport> run(Path data, Evaluator evaluator, Precision precision) {
    ReferenceFiles root = new ReferenceFiles(data);
    ReferenceFiles golden = root.names().contains(GOLDEN) ? root.at(GOLDEN) : root;
    List<PartReport> reports = new ArrayList<>();
    for (Part part : PARTS) {
      if (part.isIn(golden)) {
        reports.add(part.run(golden, evaluator, precision));
      }
    }
    for (String name : root.names()) {
      for (Part part : FOLDERS) {
        if (part.isIn(root.at(name))) {
          reports.add(part.run(root.at(name), evaluator, precision));
        }
      }
    }
    PartRecorder unknown = new PartRecorder("unknown", precision);
    unread(golden).forEach(unknown::notClaimed);
    for (String name : root.names()) {
      if (root.at(name).names().contains(GOLDEN)
          && FOLDERS.stream().noneMatch(part -> part.isIn(root.at(name)))) {
        unknown.notClaimed(name);
      }
    }
    reports.add(unknown.report());
    return reports;
  }

  private static Set<String> unread(ReferenceFiles golden) {
    Set<String> stems = new TreeSet<>();
    for (String name : golden.names()) {
      String stem = name.replaceFirst("\\.(json|safetensors)$", "");
      if (!stem.equals(name)
          && PARTS.stream().noneMatch(part -> part.isIn(golden) && part.reads(golden, stem))) {
        stems.add(stem);
      }
    }
    return stems;
  }
}
