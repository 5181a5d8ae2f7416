package org.neuralharmonizer.study.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.alignment.Changepoint;
import org.neuralharmonizer.alignment.GroupedAlignment;
import org.neuralharmonizer.alignment.PairedComparison;
import org.neuralharmonizer.alignment.TradeOffFrontier;
import org.neuralharmonizer.alignment.TradeOffFrontier.Model;
import org.neuralharmonizer.alignment.TradeOffTrend;
import org.neuralharmonizer.study.report.DistributionChart;
import org.neuralharmonizer.study.report.ImageGrid;
import org.neuralharmonizer.study.report.KeyFigure;
import org.neuralharmonizer.study.report.LineChart;
import org.neuralharmonizer.study.report.Measured;
import org.neuralharmonizer.study.report.Report;
import org.neuralharmonizer.study.report.Table;
import org.neuralharmonizer.study.report.Table.Cell;
import org.neuralharmonizer.study.report.TradeOffChart;
import org.neuralharmonizer.study.report.TradeOffChart.Training;

/** A study of networks as one page. */
final class StudyReport {
  private static final int DECIMALS = 3;
  private static final double LEAST_SHOWN = 1e-4;

  private StudyReport() {}

  static Report of(NetworkStudy study, Optional<ImageGrid> panels, Map<String, String> provenance) {
    Report report =
        Report.titled("Networks and people")
            .paragraph(
                "How well what each network looks at agrees with what people look at, by Spearman's"
                    + " rank correlation over all pixels of an image; means over images with"
                    + " bootstrap standard errors.")
            .keyFigures(figures(study));
    if (!study.models().isEmpty()) {
      report =
          report.section("Accuracy and alignment").chart(tradeOff(study)).paragraph(trend(study));
    }
    report =
        report
            .section("Networks")
            .paragraph(
                "Errors are those of other images; \"raters\" is the error of other people on the same"
                    + " images. \"Of ceiling\" is Spearman over the split-half ceiling.")
            .table(networks(study))
            .section("Against the center-bias control")
            .table(controls(study))
            .section("Images")
            .chart(distribution(study));
    if (!study.groups().isEmpty()) {
      report = report.section("Groups of images").table(groups(study));
    }
    if (!study.classes().isEmpty()) {
      report = report.section("Classes").table(classes(study));
    }
    if (study.results().size() > 1) {
      report = report.section("Networks against the first").table(pairs(study));
    }
    if (!study.controls().ceilings().isEmpty()) {
      report = report.section("How well people agree").table(ceilings(study));
    }
    if (panels.isPresent()) {
      report = report.section("Maps").imageGrid(panels.get());
    }
    return report.provenance(provenance);
  }

  private static KeyFigure[] figures(NetworkStudy study) {
    StudyControls controls = study.controls();
    BootstrapInterval center =
        controls.floors().isEmpty()
            ? Bootstrap.seeded(0).ofMean()
            : study.alignment(controls.floors().get(0)).interval();
    long above =
        study.results().stream()
            .filter(result -> study.alignment(result).mean() > center.mean())
            .count();
    return new KeyFigure[] {
      new KeyFigure("Networks", String.valueOf(study.results().size()), ""),
      new KeyFigure(
          "Center bias",
          measured(center).format(DECIMALS),
          above + " of " + study.results().size() + " networks are above it"),
      new KeyFigure(
          "Ceiling",
          Measured.exactly(controls.pooled(StudyControls.Ceiling::splitHalf)).format(DECIMALS),
          ceilingText(controls))
    };
  }

  private static String ceilingText(StudyControls controls) {
    return controls.ceilings().isEmpty()
        ? "not known: no image has maps of several people"
        : "half of the raters against half, "
            + controls.ceilings().size()
            + " images; "
            + Measured.exactly(controls.pooled(StudyControls.Ceiling::spearmanBrown))
                .format(DECIMALS)
            + " after Spearman and Brown";
  }

  private static TradeOffChart tradeOff(NetworkStudy study) {
    TradeOffChart chart =
        TradeOffChart.of("Accuracy and human alignment", "accuracy", "alignment (Spearman)");
    List<NetworkResult> results = study.results();
    for (NetworkResult result : results) {
      chart =
          chart.point(
              result.name(),
              result.baseline().isPresent() ? Training.HARMONIZED : Training.PLAIN,
              measured(result.accuracy(study.seed())),
              measured(study.alignment(result).interval()));
    }
    List<String> names = results.stream().map(NetworkResult::name).toList();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).baseline().isPresent()) {
        chart = chart.arrow(names.indexOf(results.get(i).baseline().get()), i);
      }
    }
    for (NetworkResult floor : study.controls().floors()) {
      chart = chart.level(floor.name().replaceFirst(" \\(.*", ""), study.alignment(floor).mean());
    }
    double ceiling = study.controls().pooled(StudyControls.Ceiling::splitHalf);
    if (!Double.isNaN(ceiling)) {
      chart = chart.level("ceiling: half of the people against half", ceiling);
    }
    List<Model> models = study.models();
    chart = chart.line("Pareto frontier", points(TradeOffFrontier.of(models).frontier()));
    chart = chart.line("hull, as the paper draws it", points(TradeOffTrend.hull(models)));
    Optional<Changepoint> fit = Changepoint.of(models);
    return fit.isEmpty() ? chart : chart.line("piecewise fit", points(fit.get(), models));
  }

  private static List<LineChart.Point> points(List<Model> models) {
    return models.stream()
        .map(model -> new LineChart.Point(model.accuracy(), model.alignment()))
        .toList();
  }

  private static List<LineChart.Point> points(Changepoint fit, List<Model> models) {
    double least = models.stream().mapToDouble(Model::accuracy).min().orElseThrow();
    double most = models.stream().mapToDouble(Model::accuracy).max().orElseThrow();
    return List.of(
        new LineChart.Point(least, fit.level() + fit.slopeBefore() * (least - fit.at())),
        new LineChart.Point(fit.at(), fit.level()),
        new LineChart.Point(most, fit.level() + fit.slopeAfter() * (most - fit.at())));
  }

  private static String trend(NetworkStudy study) {
    TradeOffTrend trend = TradeOffTrend.of(study.models(), study.seed());
    String change =
        trend
            .changepoint()
            .map(
                fit ->
                    String.format(
                        Locale.ROOT,
                        " The best piecewise fit breaks at accuracy %.3f and explains %.0f %% of"
                            + " the variance of alignment, one line %.0f %%.",
                        fit.at(),
                        100 * fit.explained(),
                        100 * fit.explainedByLine()))
            .orElse(" Too few different accuracies to look for a break.");
    String interval =
        Double.isNaN(trend.lower())
            ? ""
            : " (95 %% interval %s to %s)"
                .formatted(
                    Measured.exactly(trend.lower()).format(2),
                    Measured.exactly(trend.upper()).format(2));
    return "Rank correlation of accuracy and alignment over %d networks: %s%s."
            .formatted(trend.models(), number(trend.correlation()), interval)
        + change;
  }

  private static Table networks(NetworkStudy study) {
    double ceiling = study.controls().pooled(StudyControls.Ceiling::splitHalf);
    Table table =
        Table.of(
            "Means over images",
            "network",
            "accuracy",
            "Spearman",
            "raters",
            "of ceiling",
            "undefined",
            "4 × coarser",
            "16 × coarser",
            "Dice",
            "IoU",
            "area");
    for (NetworkResult result : study.results()) {
      table = table.row(row(study, result, ceiling));
    }
    for (NetworkResult floor : study.controls().floors()) {
      table = table.row(row(study, floor, ceiling));
    }
    return table;
  }

  private static Cell[] row(NetworkStudy study, NetworkResult result, double ceiling) {
    AlignmentResult spearman = study.alignment(result);
    return new Cell[] {
      Cell.text(result.name()),
      Cell.measured(measured(result.accuracy(study.seed())), DECIMALS),
      Cell.measured(measured(spearman.interval()), DECIMALS),
      Cell.number(result.raterError(), DECIMALS),
      Cell.number(spearman.mean() / ceiling, DECIMALS),
      Cell.number(spearman.undefined(), 0),
      mean(study, result, Measure.SPEARMAN_4),
      mean(study, result, Measure.SPEARMAN_16),
      mean(study, result, Measure.DICE),
      mean(study, result, Measure.IOU),
      mean(study, result, Measure.AREA)
    };
  }

  private static Cell mean(NetworkStudy study, NetworkResult result, Measure measure) {
    return Cell.number(result.alignment(measure, study.seed()).mean(), DECIMALS);
  }

  private static Table controls(NetworkStudy study) {
    Table table = comparisons("Network less control, image by image");
    for (NetworkResult result : study.results()) {
      Optional<PairedComparison> comparison = study.againstCenterBias(result);
      if (comparison.isPresent()) {
        table = table.row(row(result.name(), comparison.get()));
      }
    }
    return table;
  }

  private static Table pairs(NetworkStudy study) {
    NetworkResult first = study.results().get(0);
    Table table = comparisons("Network less " + first.name() + ", image by image");
    for (NetworkResult result : study.results().subList(1, study.results().size())) {
      table = table.row(row(result.name(), study.compared(result, first)));
    }
    return table;
  }

  private static Table comparisons(String caption) {
    return Table.of(
        caption, "network", "images", "difference", "permutation p", "Wilcoxon p", "d", "rank r");
  }

  private static Cell[] row(String name, PairedComparison comparison) {
    return new Cell[] {
      Cell.text(name),
      Cell.number(comparison.pairs(), 0),
      Cell.measured(measured(comparison.difference()), DECIMALS),
      probability(comparison.permutation()),
      probability(comparison.wilcoxon()),
      cell(comparison.standardizedDifference(), 2),
      cell(comparison.rankBiserial(), 2)
    };
  }

  private static DistributionChart distribution(NetworkStudy study) {
    DistributionChart chart =
        DistributionChart.of("Scores of single images, with their median", "Spearman");
    for (NetworkResult result : study.results()) {
      List<ImageScores> scored = result.images().stream().filter(ImageScores::mapped).toList();
      chart =
          chart.row(
              result.name(),
              scored.stream().map(ImageScores::id).toList(),
              scored.stream().map(image -> image.score(Measure.SPEARMAN)).toList());
    }
    return chart;
  }

  private static Table groups(NetworkStudy study) {
    Table table = Table.of("Spearman by group", "network", "group", "images", "mean");
    for (NetworkResult result : study.results()) {
      Map<String, GroupedAlignment.Group> groups =
          GroupedAlignment.of(
              study.alignment(result),
              id -> study.groups().getOrDefault(id, "none"),
              Bootstrap.seeded(study.seed()));
      for (Map.Entry<String, GroupedAlignment.Group> group : groups.entrySet()) {
        table =
            table.row(
                Cell.text(result.name()),
                Cell.text(group.getKey()),
                Cell.number(group.getValue().images(), 0),
                Cell.measured(measured(group.getValue().interval()), DECIMALS));
      }
    }
    return table;
  }

  /** One row per class, one column per network that was shown labels. */
  private static Table classes(NetworkStudy study) {
    List<NetworkResult> labeled =
        study.results().stream().filter(result -> !result.byClass().isEmpty()).toList();
    List<String> head = new ArrayList<>(List.of("class", "images"));
    labeled.forEach(result -> head.add(result.name()));
    Table table =
        Table.of("Spearman by class, mean and error over its images", head.toArray(String[]::new));
    for (int label : study.classes()) {
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.text(String.valueOf(label)));
      cells.add(Cell.number(labeled.get(0).byClass().get(label).size(), 0));
      for (NetworkResult result : labeled) {
        double[] scores =
            result.byClass().get(label).stream()
                .mapToDouble(image -> image.score(Measure.SPEARMAN))
                .filter(score -> !Double.isNaN(score))
                .toArray();
        cells.add(Cell.measured(measured(Bootstrap.seeded(study.seed()).ofMean(scores)), DECIMALS));
      }
      table = table.row(cells.toArray(Cell[]::new));
    }
    return table;
  }

  private static Table ceilings(NetworkStudy study) {
    Table table =
        Table.of(
            "Spearman between people",
            "image",
            "raters",
            "half against half",
            "Spearman–Brown",
            "one against the others",
            "filled halves");
    for (StudyControls.Ceiling ceiling : study.controls().ceilings()) {
      table = table.row(row(ceiling));
    }
    StudyControls controls = study.controls();
    return table.row(
        Cell.text("mean"),
        Cell.number(controls.pooled(StudyControls.Ceiling::raters), 0),
        Cell.number(controls.pooled(StudyControls.Ceiling::splitHalf), DECIMALS),
        Cell.number(controls.pooled(StudyControls.Ceiling::spearmanBrown), DECIMALS),
        Cell.number(controls.pooled(StudyControls.Ceiling::leaveOneOut), DECIMALS),
        Cell.number(controls.pooled(StudyControls.Ceiling::filledHalves), DECIMALS));
  }

  private static Cell[] row(StudyControls.Ceiling ceiling) {
    return new Cell[] {
      Cell.text(ceiling.id()),
      Cell.number(ceiling.raters(), 0),
      Cell.number(ceiling.splitHalf(), DECIMALS),
      Cell.number(ceiling.spearmanBrown(), DECIMALS),
      Cell.number(ceiling.leaveOneOut(), DECIMALS),
      Cell.number(ceiling.filledHalves(), DECIMALS)
    };
  }

  private static Measured measured(BootstrapInterval interval) {
    return new Measured(interval.mean(), interval.standardError());
  }

  private static Cell probability(OptionalDouble value) {
    return value.isPresent() && value.getAsDouble() < LEAST_SHOWN
        ? Cell.figures("< 0.0001")
        : cell(value, 4);
  }

  private static Cell cell(OptionalDouble value, int decimals) {
    return Cell.number(value.orElse(Double.NaN), decimals);
  }

  private static String number(OptionalDouble value) {
    return Measured.exactly(value.orElse(Double.NaN)).format(2);
  }
}
