package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.study.photographs.StudyImages;
import org.neuralharmonizer.study.report.Csv;

/** The files a study leaves: a page, tables of networks and of images, everything as JSON. */
public final class StudyFiles {
  private StudyFiles() {}

  /**
   * Writes {@code report.html}, {@code networks.csv}, {@code images.csv} and {@code study.json}.
   * The maps of the pictured photographs are computed again.
   *
   * @param provenance settings, seeds, versions and digests, in order
   */
  public static void write(
      Path folder,
      NetworkStudy study,
      List<NetworkEntry> entries,
      StudyProtocol protocol,
      Backend backend,
      Map<String, String> provenance)
      throws IOException {
    Map<String, String> facts = new LinkedHashMap<>(provenance);
    StudyImages photographs = protocol.images();
    facts.put("digest of photographs and maps", photographs.digest());
    for (NetworkEntry entry : entries) {
      if (!entry.network().equals(NetworkEntry.MAPS)) {
        facts.put("SHA-256 of " + entry.name(), PhotographFiles.digest(entry.source()));
      }
    }
    NetworkEvaluation evaluation = new NetworkEvaluation(protocol, backend);
    StudyReport.of(study, Panels.of(study, entries, photographs, evaluation), facts)
        .write(folder.resolve("report.html"));
    Csv.write(folder.resolve("networks.csv"), networks(study));
    Csv.write(folder.resolve("images.csv"), images(study));
    Json.write(folder.resolve("study.json"), members(study, facts));
  }

  private static List<String> networks(NetworkStudy study) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "network,baseline,accuracy,accuracy_standard_error,measure,images,undefined,mean,"
            + "standard_error,lower,upper");
    for (NetworkResult result : all(study)) {
      BootstrapInterval accuracy = result.accuracy(study.seed());
      for (Measure measure : Measure.values()) {
        AlignmentResult alignment = result.alignment(measure, study.seed());
        BootstrapInterval interval = alignment.interval();
        lines.add(
            Csv.line(
                result.name(),
                result.baseline().orElse(""),
                accuracy.mean(),
                accuracy.standardError(),
                measure.key(),
                alignment.images().size(),
                alignment.undefined(),
                interval.mean(),
                interval.standardError(),
                interval.lower(),
                interval.upper()));
      }
    }
    return lines;
  }

  private static List<String> images(NetworkStudy study) {
    List<String> lines = new ArrayList<>();
    List<Object> header =
        new ArrayList<>(List.of("network", "image", "group", "label", "predicted"));
    Arrays.stream(Measure.values()).map(Measure::key).forEach(header::add);
    lines.add(Csv.line(header.toArray()));
    for (NetworkResult result : all(study)) {
      for (ImageScores image : result.images()) {
        List<Object> cells = new ArrayList<>();
        cells.add(result.name());
        cells.add(image.id());
        cells.add(study.groups().getOrDefault(image.id(), ""));
        cells.add(image.label() < 0 ? "" : image.label());
        cells.add(image.predicted() < 0 ? "" : image.predicted());
        Arrays.stream(Measure.values()).map(image::score).forEach(cells::add);
        lines.add(Csv.line(cells.toArray()));
      }
    }
    return lines;
  }

  private static List<NetworkResult> all(NetworkStudy study) {
    List<NetworkResult> all = new ArrayList<>(study.results());
    all.addAll(study.controls().floors());
    return all;
  }

  private static Map<String, @Nullable Object> members(
      NetworkStudy study, Map<String, String> provenance) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("networks", all(study).stream().map(result -> members(study, result)).toList());
    List<Object> ceilings = new ArrayList<>();
    for (StudyControls.Ceiling ceiling : study.controls().ceilings()) {
      Map<String, @Nullable Object> each = new LinkedHashMap<>();
      each.put("id", ceiling.id());
      each.put("raters", ceiling.raters());
      each.put("split_half", number(ceiling.splitHalf()));
      each.put("spearman_brown", number(ceiling.spearmanBrown()));
      each.put("leave_one_out", number(ceiling.leaveOneOut()));
      each.put("filled_halves", number(ceiling.filledHalves()));
      ceilings.add(each);
    }
    members.put("ceilings", ceilings);
    members.put("provenance", provenance);
    return members;
  }

  private static Map<String, @Nullable Object> members(NetworkStudy study, NetworkResult result) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("name", result.name());
    members.put("baseline", result.baseline().orElse(null));
    members.put("accuracy", number(result.accuracy(study.seed()).mean()));
    for (Measure measure : Measure.values()) {
      AlignmentResult alignment = result.alignment(measure, study.seed());
      members.put(measure.key() + "_mean", number(alignment.mean()));
      members.put(measure.key() + "_standard_error", number(alignment.standardError()));
      members.put(measure.key() + "_undefined", alignment.undefined());
    }
    members.put("spearman_rater_error", number(result.raterError()));
    members.put("images", result.images().stream().map(PartialResults::members).toList());
    return members;
  }

  private static @Nullable Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
