package org.neuralharmonizer.study.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.study.records.SourceScores;
import org.neuralharmonizer.train.TrainingResult;

/**
 * What training on records did, for people, as text, and for programs, as members of JSON.
 *
 * @param leftOut records without a label
 */
record RecordReport(TrainingResult result, SourceScores before, SourceScores after, int leftOut) {

  List<String> lines() {
    TextTable scores = new TextTable("scored images", "before", "after");
    scores.row("accuracy", number(before), number(after));
    scores.row(
        "alignment (Spearman)",
        Results.measured(before.spearman()),
        Results.measured(after.spearman()));
    List<String> lines =
        new ArrayList<>(List.of(TrainingReport.epochs(result).toString(), scores.toString()));
    if (leftOut > 0) {
      lines.add("left out for want of a label: " + leftOut);
    }
    return lines;
  }

  Map<String, @Nullable Object> members(Map<String, String> settings) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("epochs", result.epochs().stream().map(TrainingReport::members).toList());
    members.put("before", Results.of(before));
    members.put("after", Results.of(after));
    members.put("left_out", leftOut);
    members.put("seconds", result.seconds());
    members.put("settings", settings);
    return members;
  }

  private static String number(SourceScores scores) {
    return TextTable.number(scores.accuracy());
  }
}
