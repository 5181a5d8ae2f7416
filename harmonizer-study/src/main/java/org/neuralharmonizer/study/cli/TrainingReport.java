package org.neuralharmonizer.study.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.study.photographs.LeaveOneOut;
import org.neuralharmonizer.study.photographs.NetworkScores;
import org.neuralharmonizer.train.TrainingListener;
import org.neuralharmonizer.train.TrainingResult;

/** What training did, for people, as text, and for programs, as members of JSON. */
record TrainingReport(TrainingResult result, NetworkScores before, NetworkScores after, long seed) {
  /** The released code adds as much to the deviation that it divides maps by. */
  private static final double FLAT = 1e-5;

  /** The epochs of a run, as a table. */
  static TextTable epochs(TrainingResult result) {
    TextTable epochs = new TextTable("epoch", "loss", "cross-entropy", "map loss", "accuracy");
    for (TrainingListener.Epoch epoch : result.epochs()) {
      epochs.row(
          String.valueOf(epoch.number()),
          TextTable.number(epoch.losses().total()),
          TextTable.number(epoch.losses().crossEntropy()),
          TextTable.number(epoch.losses().harmonization()),
          TextTable.number(epoch.accuracy()));
    }
    return epochs;
  }

  List<String> lines() {
    TextTable scores = new TextTable("training images", "before", "after");
    scores.row("accuracy", number(before.accuracy()), number(after.accuracy()));
    scores.row("alignment (Spearman)", mean(before), mean(after));
    scores.row("Dice", number(before.dice().mean()), number(after.dice().mean()));
    scores.row(
        "intersection over union",
        number(before.intersectionOverUnion().mean()),
        number(after.intersectionOverUnion().mean()));
    List<String> lines =
        new ArrayList<>(List.of(epochs(result).toString(), scores.toString(), kept()));
    flatness().ifPresent(lines::add);
    return lines;
  }

  /** What is wrong if the last epoch's explanations had next to no contrast. */
  private Optional<String> flatness() {
    return result.epochs().stream()
        .skip(Math.max(0, result.epochs().size() - 1))
        .map(TrainingListener.Epoch::explanationDeviation)
        .filter(deviation -> deviation < FLAT)
        .map(
            deviation ->
                ("the network's maps are all but constant (standard deviation %.1e), so the map"
                        + " loss has hardly any effect — lower the learning rate or lambda1")
                    .formatted(deviation))
        .findFirst();
  }

  private String kept() {
    return "predicted class kept for %s of the images, logits changed by %s of their norm"
        .formatted(number(before.agreement(after)), number(before.relativeChange(after)));
  }

  List<String> lines(LeaveOneOut unseen) {
    TextTable table =
        new TextTable("left out", "spearman before", "after", "class before", "after", "logits");
    for (LeaveOneOut.HeldOut each : unseen.images()) {
      table.row(
          each.id(),
          number(each.spearmanBefore()),
          number(each.spearmanAfter()),
          String.valueOf(each.classBefore()),
          String.valueOf(each.classAfter()),
          number(each.logitChange()));
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(table.toString());
    lines.add("unseen images before " + Results.measured(unseen.before(seed)));
    lines.add("unseen images after  " + Results.measured(unseen.after(seed)));
    lines.add("gain per image       " + Results.measured(unseen.gain(seed)));
    lines.add("predicted class kept for " + number(unseen.agreement()) + " of the unseen images");
    return lines;
  }

  Map<String, @Nullable Object> members(
      Optional<LeaveOneOut> unseen, Map<String, String> settings) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("epochs", result.epochs().stream().map(TrainingReport::members).toList());
    members.put("before", Results.of(before));
    members.put("after", Results.of(after));
    members.put("agreement", before.agreement(after));
    members.put("logit_change", Results.number(before.relativeChange(after)));
    members.put("leave_one_out", unseen.map(this::members).orElse(null));
    members.put("seconds", result.seconds());
    members.put("settings", settings);
    return members;
  }

  static Map<String, @Nullable Object> members(TrainingListener.Epoch epoch) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("epoch", epoch.number());
    members.put("loss", epoch.losses().total());
    members.put("cross_entropy", epoch.losses().crossEntropy());
    members.put("harmonization", epoch.losses().harmonization());
    members.put("weight_decay", epoch.losses().weightDecay());
    members.put("accuracy", epoch.accuracy());
    members.put("explanation_deviation", Results.number(epoch.explanationDeviation()));
    return members;
  }

  private Map<String, @Nullable Object> members(LeaveOneOut unseen) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("spearman_before", members(unseen.before(seed)));
    members.put("spearman_after", members(unseen.after(seed)));
    members.put("gain", members(unseen.gain(seed)));
    members.put("agreement", unseen.agreement());
    members.put("per_image", unseen.images().stream().map(TrainingReport::members).toList());
    return members;
  }

  private static Map<String, @Nullable Object> members(BootstrapInterval interval) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("mean", Results.number(interval.mean()));
    members.put("standard_error", Results.number(interval.standardError()));
    return members;
  }

  private static Map<String, @Nullable Object> members(LeaveOneOut.HeldOut image) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("id", image.id());
    members.put("label", image.label());
    members.put("spearman_before", Results.number(image.spearmanBefore()));
    members.put("spearman_after", Results.number(image.spearmanAfter()));
    members.put("class_before", image.classBefore());
    members.put("class_after", image.classAfter());
    members.put("logit_change", Results.number(image.logitChange()));
    return members;
  }

  private static String mean(NetworkScores scores) {
    return number(scores.spearman().mean()) + " ± " + number(scores.spearman().standardError());
  }

  private static String number(double value) {
    return TextTable.number(value);
  }
}
