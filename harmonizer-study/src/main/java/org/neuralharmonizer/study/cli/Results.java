package org.neuralharmonizer.study.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.study.photographs.AlignmentStudy;
import org.neuralharmonizer.study.photographs.NetworkScores;
import org.neuralharmonizer.study.records.SourceScores;

/** Alignment for people, as text, and for programs, as members of JSON. */
final class Results {
  private Results() {}

  static TextTable table(AlignmentStudy study) {
    NetworkScores scores = study.scores();
    TextTable table = new TextTable("image", "label", "spearman", "dice", "iou");
    for (int i = 0; i < scores.mapped().size(); i++) {
      table.row(
          scores.mapped().ids().get(i),
          String.valueOf(scores.mapped().label(i)),
          score(scores.spearman(), i),
          score(scores.dice(), i),
          score(scores.intersectionOverUnion(), i));
    }
    return table.row(
        "mean",
        "",
        TextTable.number(scores.spearman().mean()),
        TextTable.number(scores.dice().mean()),
        TextTable.number(scores.intersectionOverUnion().mean()));
  }

  static List<String> summary(AlignmentStudy study) {
    AlignmentResult spearman = study.scores().spearman();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d images scored, %d without a map, %d undefined"
            .formatted(spearman.images().size(), study.unmapped(), spearman.undefined()));
    lines.add("human alignment (Spearman) " + measured(spearman.interval()));
    lines.add(ceiling(study));
    study
        .centerBias()
        .ifPresent(
            result ->
                lines.add("center bias (mean of the other maps) " + measured(result.interval())));
    return lines;
  }

  private static String ceiling(AlignmentStudy study) {
    if (study.ceiling().isEmpty()) {
      return "no ceiling: none given, no maps of single raters";
    }
    String corrected =
        study.correctedCeiling().isPresent()
            ? ", after Spearman and Brown "
                + TextTable.number(study.correctedCeiling().getAsDouble())
            : "";
    return "ceiling %s%s; %s of it is reached"
        .formatted(
            TextTable.number(study.ceiling().get().value()),
            corrected,
            TextTable.number(study.normalized().orElse(Double.NaN)));
  }

  static String measured(BootstrapInterval interval) {
    return "%s ± %s (95 %% interval %s to %s)"
        .formatted(
            TextTable.number(interval.mean()),
            TextTable.number(interval.standardError()),
            TextTable.number(interval.lower()),
            TextTable.number(interval.upper()));
  }

  static Map<String, @Nullable Object> of(AlignmentStudy study, Map<String, String> settings) {
    NetworkScores scores = study.scores();
    BootstrapInterval spearman = scores.spearman().interval();
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("images", scores.mapped().size());
    members.put("without_map", study.unmapped());
    members.put("spearman_mean", number(spearman.mean()));
    members.put("spearman_standard_error", number(spearman.standardError()));
    members.put(
        "spearman_interval", Arrays.asList(number(spearman.lower()), number(spearman.upper())));
    members.put("spearman_undefined", scores.spearman().undefined());
    members.put("dice_mean", number(scores.dice().mean()));
    members.put("iou_mean", number(scores.intersectionOverUnion().mean()));
    members.put("ceiling", study.ceiling().map(InterRaterCeiling::value).orElse(null));
    members.put("ceiling_spearman_brown", number(study.correctedCeiling().orElse(Double.NaN)));
    members.put("normalized", number(study.normalized().orElse(Double.NaN)));
    members.put(
        "center_bias", study.centerBias().map(result -> number(result.mean())).orElse(null));
    members.put(
        "center_bias_standard_error",
        study.centerBias().map(result -> number(result.standardError())).orElse(null));
    members.put("accuracy", scores.accuracy());
    members.put("per_image", images(scores));
    members.put("settings", settings);
    return members;
  }

  /** The scores before or after training. */
  static Map<String, @Nullable Object> of(NetworkScores scores) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("accuracy", scores.accuracy());
    members.put("spearman_mean", number(scores.spearman().mean()));
    members.put("spearman_standard_error", number(scores.spearman().standardError()));
    members.put("dice_mean", number(scores.dice().mean()));
    members.put("iou_mean", number(scores.intersectionOverUnion().mean()));
    members.put("per_image", images(scores));
    return members;
  }

  /** The same over a source. */
  static Map<String, @Nullable Object> of(SourceScores scores) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("accuracy", scores.accuracy());
    members.put("images", scores.images());
    members.put("spearman_mean", number(scores.spearman().mean()));
    members.put("spearman_standard_error", number(scores.spearman().standardError()));
    members.put("undefined", scores.undefined());
    return members;
  }

  /** JSON has no NaN. */
  static @Nullable Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static List<Map<String, @Nullable Object>> images(NetworkScores scores) {
    List<Map<String, @Nullable Object>> entries = new ArrayList<>();
    for (int i = 0; i < scores.mapped().size(); i++) {
      Map<String, @Nullable Object> entry = new LinkedHashMap<>();
      entry.put("id", scores.mapped().ids().get(i));
      entry.put("label", scores.mapped().label(i));
      entry.put("spearman", value(scores.spearman(), i));
      entry.put("dice", value(scores.dice(), i));
      entry.put("iou", value(scores.intersectionOverUnion(), i));
      entries.add(entry);
    }
    return entries;
  }

  private static String score(AlignmentResult result, int image) {
    return TextTable.number(result.images().get(image).score().orElse(Double.NaN));
  }

  private static @Nullable Double value(AlignmentResult result, int image) {
    return number(result.images().get(image).score().orElse(Double.NaN));
  }
}
