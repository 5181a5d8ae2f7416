package org.neuralharmonizer.study.demo;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.study.report.ColourMap;
import org.neuralharmonizer.study.report.ImageGrid;
import org.neuralharmonizer.study.report.KeyFigure;
import org.neuralharmonizer.study.report.LineChart;
import org.neuralharmonizer.study.report.Measured;
import org.neuralharmonizer.study.report.Picture;
import org.neuralharmonizer.study.report.Report;
import org.neuralharmonizer.study.report.Table;
import org.neuralharmonizer.study.report.Table.Cell;
import org.neuralharmonizer.study.report.TradeOffChart;
import org.neuralharmonizer.study.scenes.Scene;
import org.neuralharmonizer.train.TrainingListener;

/** The demonstration as a page. */
public final class DemoReport {
  private static final int DECIMALS = 3;

  private DemoReport() {}

  /** The page. */
  public static Report of(DemoResult result) {
    return Report.titled("A network learns to look where people look")
        .paragraph(
            "One small network was trained twice on the same drawn scenes. In training, a disc in"
                + " a corner gives the creature away in "
                + percent(result.settings().scenes().shortcutReliability())
                + " of the scenes; people do not look at it. Trained plainly, the network learns"
                + " the disc. Harmonized, its gradient is drawn towards the maps of "
                + result.settings().scenes().raters()
                + " simulated people who clicked on what tells the creatures apart, and it learns"
                + " the creatures.")
        .keyFigures(
            figure("Human alignment", result, network -> network.alignment().mean()),
            figure("Right without the shortcut", result, each -> each.shiftedAccuracy().mean()),
            figure("Right with the shortcut", result, each -> each.accuracy().mean()))
        .section("What they look at")
        .imageGrid(pictures(result))
        .section("Results")
        .table(table(result))
        .paragraph(
            "Alignment is the Spearman correlation of saliency and human map. The ceiling is what"
                + " the mean map of one half of the people reaches of the other half's;"
                + " normalized means divided by it. Errors are bootstrapped over scenes. The center"
                + " bias is the mean map of all other scenes, which knows nothing of the scene it is"
                + " compared with.")
        .section("Accuracy and alignment")
        .chart(tradeOff(result))
        .section("Training")
        .chart(course(result, "Cross-entropy", epoch -> epoch.losses().crossEntropy()))
        .chart(course(result, "Accuracy on training scenes", TrainingListener.Epoch::accuracy))
        .provenance(result.provenance());
  }

  private static KeyFigure figure(
      String label, DemoResult result, ToDoubleFunction<DemoResult.Network> value) {
    return new KeyFigure(
        label,
        String.format(
            Locale.ROOT,
            "%.2f → %.2f",
            value.applyAsDouble(result.plain()),
            value.applyAsDouble(result.harmonized())),
        "plain → harmonized");
  }

  /** One test scene of each class. */
  private static ImageGrid pictures(DemoResult result) {
    ImageGrid grid =
        ImageGrid.of(
            "Test scenes that neither network was trained on",
            "Scene",
            "People",
            "Plain network",
            "Harmonized network");
    for (int i = 0; i < result.settings().scenes().classes(); i++) {
      Scene scene = result.test().scene(i);
      String title = scene.creature().title();
      grid =
          grid.row(
              title,
              List.of(
                  Picture.image(scene.image(), title),
                  Picture.heatMap(
                      scene.importanceMap().orElseThrow(),
                      ColourMap.INFERNO,
                      "where people look at the " + title),
                  Picture.heatMap(
                      result.plain().saliency().slice(i),
                      ColourMap.INFERNO,
                      "saliency of the plain network for the " + title),
                  Picture.heatMap(
                      result.harmonized().saliency().slice(i),
                      ColourMap.INFERNO,
                      "saliency of the harmonized network for the " + title)));
    }
    return grid;
  }

  private static Table table(DemoResult result) {
    Table table =
        Table.of(
            "",
            "Network",
            "Accuracy",
            "Shortcut broken",
            "Alignment",
            "Normalized",
            "Seconds of training");
    table = row(table, "plain", result.plain());
    table = row(table, "harmonized", result.harmonized());
    return table
        .row(
            Cell.text("ceiling"),
            Cell.text(""),
            Cell.text(""),
            Cell.number(result.ceiling().value(), DECIMALS),
            Cell.number(1, DECIMALS),
            Cell.text(""))
        .row(
            Cell.text("center bias"),
            Cell.text(""),
            Cell.text(""),
            Cell.measured(
                new Measured(result.centerBias().mean(), result.centerBias().standardError()),
                DECIMALS),
            Cell.number(result.centerBias().normalized().orElse(Double.NaN), DECIMALS),
            Cell.text(""));
  }

  private static Table row(Table table, String name, DemoResult.Network network) {
    return table.row(
        Cell.text(name),
        Cell.measured(measured(network.accuracy()), DECIMALS),
        Cell.measured(measured(network.shiftedAccuracy()), DECIMALS),
        Cell.measured(alignment(network), DECIMALS),
        Cell.measured(
            new Measured(
                network.alignment().normalized().orElse(Double.NaN),
                network.alignment().normalizedStandardError().orElse(Double.NaN)),
            DECIMALS),
        Cell.number(network.seconds(), 1));
  }

  private static TradeOffChart tradeOff(DemoResult result) {
    DemoResult.Network plain = result.plain();
    DemoResult.Network harmonized = result.harmonized();
    return TradeOffChart.of("From plain to harmonized", "Accuracy", "Human alignment (Spearman)")
        .pair(
            "with the shortcut",
            measured(plain.accuracy()),
            alignment(plain),
            measured(harmonized.accuracy()),
            alignment(harmonized))
        .pair(
            "shortcut broken",
            measured(plain.shiftedAccuracy()),
            alignment(plain),
            measured(harmonized.shiftedAccuracy()),
            alignment(harmonized))
        .level("ceiling", result.ceiling().value())
        .level("center bias", result.centerBias().mean());
  }

  private static LineChart course(
      DemoResult result, String title, ToDoubleFunction<TrainingListener.Epoch> value) {
    return LineChart.of(title, "Epoch", title)
        .line("plain", points(result.plain(), value))
        .line("harmonized", points(result.harmonized(), value));
  }

  private static List<LineChart.Point> points(
      DemoResult.Network network, ToDoubleFunction<TrainingListener.Epoch> value) {
    return network.epochs().stream()
        .map(epoch -> new LineChart.Point(epoch.number(), value.applyAsDouble(epoch)))
        .toList();
  }

  private static Measured measured(BootstrapInterval interval) {
    return new Measured(interval.mean(), interval.standardError());
  }

  private static Measured alignment(DemoResult.Network network) {
    return new Measured(network.alignment().mean(), network.alignment().standardError());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
