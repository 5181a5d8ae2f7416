package org.neuralharmonizer.study.psychophysics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.psychophysics.Accuracy;
import org.neuralharmonizer.psychophysics.AccuracyCurve;
import org.neuralharmonizer.psychophysics.DecisionAlignment;
import org.neuralharmonizer.psychophysics.DecisionComparison;
import org.neuralharmonizer.psychophysics.ErrorConsistency;
import org.neuralharmonizer.psychophysics.Interval;
import org.neuralharmonizer.study.psychophysics.DecisionStudy.Observed;
import org.neuralharmonizer.study.report.Csv;
import org.neuralharmonizer.study.report.ImageGrid;
import org.neuralharmonizer.study.report.KeyFigure;
import org.neuralharmonizer.study.report.LineChart;
import org.neuralharmonizer.study.report.Measured;
import org.neuralharmonizer.study.report.Picture;
import org.neuralharmonizer.study.report.Report;
import org.neuralharmonizer.study.report.Table;
import org.neuralharmonizer.study.report.Table.Cell;
import org.neuralharmonizer.study.report.TradeOffChart;
import org.neuralharmonizer.study.report.TradeOffChart.Training;
import org.neuralharmonizer.tensor.Tensor;

/** A comparison of decisions as a page, a table and JSON. */
public final class DecisionReport {
  private static final int DECIMALS = 3;
  private static final int PICTURED = 3;
  private static final double LEVEL = 0.95;
  private static final double WHITE = 255;

  /** Percentages beyond this are none that a fit can know. */
  private static final double FARTHEST = 1e6;

  private DecisionReport() {}

  /**
   * Writes {@code report.html}, {@code curves.csv} and {@code comparison.json}.
   *
   * @param accuracies of networks by name, over which decision alignment is drawn; may be empty
   * @param provenance settings and versions, in order
   */
  public static void write(
      Path folder,
      DecisionStudy study,
      Map<String, Double> accuracies,
      Map<String, String> provenance)
      throws IOException {
    report(study, accuracies, provenance).write(folder.resolve("report.html"));
    Csv.write(folder.resolve("curves.csv"), curves(study));
    Json.write(folder.resolve("comparison.json"), members(study, provenance));
  }

  private static Report report(
      DecisionStudy study, Map<String, Double> accuracies, Map<String, String> provenance)
      throws IOException {
    Report report =
        Report.titled("Decisions of people and networks")
            .paragraph(
                "How often observers know the category of an image of which a part is revealed."
                    + " Intervals are the wider of the binomial one and that over participants, at"
                    + " 95 %."
                    + (study.hasSimulatedPeople() ? " The people are simulated." : ""))
            .keyFigures(figures(study))
            .section("Accuracy as more is revealed")
            .chart(chart(study))
            .imageGrid(stimuli(study.manifest()))
            .section("Observers")
            .paragraph(
                "The threshold is the percentage at which accuracy is half way from guessing to its"
                    + " greatest value; fit p is the probability of a worse fit if the function is"
                    + " right.")
            .table(observers(study));
    if (study.observers().stream().anyMatch(each -> each.comparison().isPresent())) {
      report =
          report
              .section("Networks and people")
              .chart(scaled(study))
              .table(comparisons(study))
              .paragraph(
                  "Decision alignment is −ln of the mean squared difference of the two curves, each"
                      + " scaled from 0 to 1; the area is the mean difference, above 0 where the"
                      + " network needs less than people."
                      + unmerged(study)
                      + " κ is 1 for the same errors, and 0 for independent ones.")
              .table(consistency(study));
      if (!accuracies.isEmpty()) {
        report =
            report.section("Accuracy and decision alignment").chart(tradeOff(study, accuracies));
      }
    }
    if (study.people().isPresent() && !study.people().get().excluded().isEmpty()) {
      report = report.section("Participants left out").table(excluded(study));
    }
    return report.provenance(provenance);
  }

  private static KeyFigure[] figures(DecisionStudy study) {
    List<KeyFigure> figures = new ArrayList<>();
    figures.add(
        new KeyFigure(
            "Images",
            String.valueOf(study.manifest().images().size()),
            "at " + study.manifest().percents().size() + " levels, and whole"));
    study
        .people()
        .ifPresent(
            kept ->
                figures.add(
                    new KeyFigure(
                        "Participants",
                        String.valueOf(study.observers().get(0).curve().observers()),
                        kept.excluded().size() + " left out")));
    for (Observed each : study.observers()) {
      each.comparison()
          .ifPresent(
              comparison ->
                  figures.add(
                      new KeyFigure(
                          each.name(),
                          number(comparison.alignment().value()),
                          "decision alignment, "
                              + interval(comparison.overParticipants())
                              + " over participants")));
    }
    return figures.toArray(KeyFigure[]::new);
  }

  private static LineChart chart(DecisionStudy study) {
    LineChart chart =
        LineChart.of("Accuracy by level", "important pixels revealed, %", "accuracy").logarithmic();
    List<Double> percents = study.manifest().percents();
    for (Observed each : study.observers()) {
      List<LineChart.Point> points = new ArrayList<>();
      for (int i = 0; i < percents.size(); i++) {
        AccuracyCurve.Point point = each.curve().points().get(i);
        points.add(
            new LineChart.Point(
                percents.get(i), point.accuracy().value(), point.lower(), point.upper()));
      }
      chart = chart.line(each.name(), points);
    }
    return chart;
  }

  /** The curves that are compared. */
  private static LineChart scaled(DecisionStudy study) {
    LineChart chart =
        LineChart.of("Scaled curves", "important pixels revealed, %", "accuracy, scaled")
            .logarithmic();
    List<Double> percents = study.manifest().percents();
    for (Observed each : study.observers()) {
      if (each.comparison().isPresent() || each.name().equals(DecisionStudy.PEOPLE)) {
        double[] curve = DecisionAlignment.scaled(each.name(), each.curve().values());
        List<LineChart.Point> points = new ArrayList<>();
        for (int i = 0; i < curve.length; i++) {
          points.add(new LineChart.Point(percents.get(i), curve[i]));
        }
        chart = chart.line(each.name(), points);
      }
    }
    return chart;
  }

  /** A few images at every other level, below the axis. */
  private static ImageGrid stimuli(StimulusManifest manifest) throws IOException {
    List<Integer> levels = new ArrayList<>();
    for (int level = 0; level < manifest.levels() - 1; level += 2) {
      levels.add(level);
    }
    levels.add(manifest.levels() - 1);
    String[] columns = new String[levels.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] =
          i == columns.length - 1
              ? "whole"
              : String.format(Locale.ROOT, "%.3g %%", manifest.percents().get(levels.get(i)));
    }
    ImageGrid grid = ImageGrid.of("The first images as observers saw them", columns);
    for (String image :
        manifest.images().subList(0, Math.min(PICTURED, manifest.images().size()))) {
      List<Picture> pictures = new ArrayList<>();
      for (int level : levels) {
        Tensor pixels = Images.read(manifest.file(manifest.at(image, level)));
        pictures.add(
            Picture.image(
                Tensor.generate(pixels.shape(), i -> pixels.value(i) / WHITE),
                image + " at level " + level));
      }
      grid = grid.row(image, pictures);
    }
    return grid;
  }

  private static Table observers(DecisionStudy study) {
    Table table =
        Table.of(
            "Fits of a logistic function of the logarithm of the percentage",
            "observer",
            "trials",
            "whole image",
            "threshold, %",
            "slope",
            "lapse",
            "fit p");
    for (Observed each : study.observers()) {
      int trials = each.curve().points().stream().mapToInt(p -> p.accuracy().trials()).sum();
      var function = each.fit().function();
      table =
          table.row(
              Cell.text(each.name()),
              Cell.number(trials, 0),
              Cell.figures(each.whole().map(p -> accuracy(p.accuracy())).orElse("–")),
              Cell.figures(threshold(each)),
              Cell.figures(slope(each)),
              Cell.number(function.lapse(), DECIMALS),
              Cell.number(each.fit().probability(), DECIMALS));
    }
    return table;
  }

  private static String threshold(Observed observed) {
    Interval interval = observed.intervals().threshold();
    return percent(observed.fit().function().threshold())
        + " ("
        + percent(interval.lower())
        + " – "
        + percent(interval.upper())
        + ")";
  }

  private static String percent(double logarithm) {
    double value = Math.pow(10, logarithm);
    // Of a flat curve the threshold may lie anywhere beyond what was shown.
    return value > FARTHEST || value < 1 / FARTHEST
        ? Measured.exactly(logarithm * Double.POSITIVE_INFINITY).format(0)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  private static String slope(Observed observed) {
    Interval interval = observed.intervals().slope();
    return String.format(
        Locale.ROOT,
        "%.1f (%.1f – %.1f)",
        observed.fit().function().slope(),
        interval.lower(),
        interval.upper());
  }

  private static Table comparisons(DecisionStudy study) {
    Table table =
        Table.of(
            "Decision alignment with people, larger is more alike",
            "network",
            "alignment",
            "over participants",
            "over images",
            "over levels",
            "area between");
    for (Observed each : study.observers()) {
      Optional<DecisionComparison> found = each.comparison();
      if (found.isPresent()) {
        DecisionComparison comparison = found.get();
        table =
            table.row(
                Cell.text(each.name()),
                Cell.number(comparison.alignment().value(), DECIMALS),
                Cell.figures(interval(comparison.overParticipants())),
                Cell.figures(interval(comparison.overImages())),
                Cell.measured(
                    new Measured(comparison.alignment().mean(), comparison.alignment().deviation()),
                    DECIMALS),
                Cell.number(comparison.area(), DECIMALS));
      }
    }
    return table;
  }

  private static TradeOffChart tradeOff(DecisionStudy study, Map<String, Double> accuracies) {
    TradeOffChart chart =
        TradeOffChart.of(
            "Accuracy and decision alignment", "accuracy", "decision alignment (−ln MSE)");
    for (Observed each : study.observers()) {
      if (each.comparison().isPresent() && accuracies.containsKey(each.name())) {
        DecisionComparison found = each.comparison().get();
        chart =
            chart.point(
                each.name(),
                Training.PLAIN,
                Measured.exactly(accuracies.get(each.name())),
                new Measured(found.alignment().value(), found.overParticipants().standardError()));
      }
    }
    return chart;
  }

  private static Table consistency(DecisionStudy study) {
    List<Observed> compared =
        study.observers().stream().filter(each -> each.comparison().isPresent()).toList();
    List<String> head = new ArrayList<>(List.of("revealed, %", "trials"));
    compared.forEach(each -> head.add(each.name()));
    Table table =
        Table.of(
            "Consistency of errors, Cohen's κ on the same images", head.toArray(String[]::new));
    List<String> conditions = study.manifest().conditions();
    for (int i = 0; i < conditions.size(); i++) {
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.text(String.format(Locale.ROOT, "%.3g", study.manifest().percents().get(i))));
      for (int k = 0; k < compared.size(); k++) {
        ErrorConsistency found =
            compared.get(k).comparison().orElseThrow().consistency().get(conditions.get(i));
        if (k == 0) {
          cells.add(Cell.number(found.stimuli(), 0));
        }
        cells.add(Cell.number(found.kappa(), 2));
      }
      table = table.row(cells.toArray(Cell[]::new));
    }
    return table;
  }

  private static Table excluded(DecisionStudy study) {
    Table table = Table.of("By the filter stated below", "participant", "reason");
    for (Map.Entry<String, String> each : study.people().orElseThrow().excluded().entrySet()) {
      table = table.row(Cell.text(each.getKey()), Cell.text(each.getValue()));
    }
    return table;
  }

  private static String unmerged(DecisionStudy study) {
    return study
        .unmerged()
        .map(
            score ->
                " The scorer that was never released compares the percentages themselves with"
                    + " people's curve; it gives every network "
                    + number(score.value())
                    + ".")
        .orElse("");
  }

  private static List<String> curves(DecisionStudy study) {
    List<String> lines = new ArrayList<>();
    lines.add("observer,level,percent,right,trials,accuracy,lower,upper");
    List<Double> percents = study.manifest().percents();
    for (Observed each : study.observers()) {
      for (int i = 0; i < percents.size(); i++) {
        lines.add(line(each.name(), i, percents.get(i), each.curve().points().get(i)));
      }
      each.whole().ifPresent(point -> lines.add(line(each.name(), percents.size(), 100, point)));
    }
    return lines;
  }

  private static String line(String name, int level, double percent, AccuracyCurve.Point point) {
    Accuracy accuracy = point.accuracy();
    return Csv.line(
        name,
        level,
        percent,
        accuracy.right(),
        accuracy.trials(),
        accuracy.value(),
        point.lower(),
        point.upper());
  }

  private static Map<String, @Nullable Object> members(
      DecisionStudy study, Map<String, String> provenance) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("percents", study.manifest().percents());
    members.put("observers", study.observers().stream().map(each -> members(each)).toList());
    members.put("excluded", study.people().map(kept -> kept.excluded()).orElse(Map.of()));
    members.put("too_fast", study.people().map(kept -> kept.tooFast()).orElse(0));
    members.put("settings", provenance);
    return members;
  }

  private static Map<String, @Nullable Object> members(Observed observed) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("name", observed.name());
    List<Double> accuracy = new ArrayList<>();
    for (double each : observed.curve().values()) {
      accuracy.add(each);
    }
    members.put("accuracy", accuracy);
    members.put("whole", observed.whole().map(point -> point.accuracy().value()).orElse(null));
    members.put("threshold_percent", finite(Math.pow(10, observed.fit().function().threshold())));
    Interval threshold = observed.intervals().threshold();
    members.put(
        "threshold_percent_interval",
        ends(Math.pow(10, threshold.lower()), Math.pow(10, threshold.upper())));
    members.put("slope", observed.fit().function().slope());
    members.put("slope_interval", ends(observed.intervals().slope()));
    observed
        .comparison()
        .ifPresent(
            comparison -> {
              members.put("decision_alignment", finite(comparison.alignment().value()));
              members.put("over_participants", ends(comparison.overParticipants()));
              members.put("over_images", ends(comparison.overImages()));
              members.put("area_between", comparison.area());
            });
    return members;
  }

  private static List<@Nullable Double> ends(Interval interval) {
    return ends(interval.lower(), interval.upper());
  }

  /** JSON has no word for what is not finite. */
  private static List<@Nullable Double> ends(double lower, double upper) {
    return Arrays.asList(finite(lower), finite(upper));
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static String accuracy(Accuracy accuracy) {
    return "%s (%s – %s)"
        .formatted(
            number(accuracy.value()), number(accuracy.lower(LEVEL)), number(accuracy.upper(LEVEL)));
  }

  private static String interval(Interval interval) {
    return number(interval.lower()) + " – " + number(interval.upper());
  }

  private static String number(double value) {
    return Measured.exactly(value).format(DECIMALS);
  }
}
