package org.neuralharmonizer.study.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.neuralharmonizer.study.report.Table.Cell;

/**
 * Networks as points of two measures, with standard errors as bars, and an arrow from each plain
 * network to its harmonized twin. Immutable: every method returns a new chart.
 */
public final class TradeOffChart implements Chart {
  /** How a network was trained; decides how its point looks. */
  public enum Training {
    PLAIN,
    HARMONIZED
  }

  private record Point(String name, Training training, Measured x, Measured y) {}

  private record Arrow(int from, int to) {}

  private record Level(String name, double y) {}

  private record Line(String name, List<LineChart.Point> points) {}

  private static final int DECIMALS = 3;

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<Point> points;
  private final List<Arrow> arrows;
  private final List<Level> levels;
  private final List<Line> lines;

  private TradeOffChart(
      String title,
      String xLabel,
      String yLabel,
      List<Point> points,
      List<Arrow> arrows,
      List<Level> levels,
      List<Line> lines) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
    this.points = List.copyOf(points);
    this.arrows = List.copyOf(arrows);
    this.levels = List.copyOf(levels);
    this.lines = List.copyOf(lines);
  }

  /** A chart without points. */
  public static TradeOffChart of(String title, String xLabel, String yLabel) {
    return new TradeOffChart(title, xLabel, yLabel, List.of(), List.of(), List.of(), List.of());
  }

  /** With one network more; a point with a coordinate that is not finite is only in the table. */
  public TradeOffChart point(String name, Training training, Measured x, Measured y) {
    List<Point> more = new ArrayList<>(points);
    more.add(new Point(name, training, x, y));
    return new TradeOffChart(title, xLabel, yLabel, more, arrows, levels, lines);
  }

  /** With a plain network, its harmonized twin of the same name, and the arrow between them. */
  public TradeOffChart pair(
      String name, Measured plainX, Measured plainY, Measured harmonizedX, Measured harmonizedY) {
    var added =
        point(name, Training.PLAIN, plainX, plainY)
            .point(name, Training.HARMONIZED, harmonizedX, harmonizedY);
    List<Arrow> more = new ArrayList<>(arrows);
    more.add(new Arrow(points.size(), points.size() + 1));
    return new TradeOffChart(title, xLabel, yLabel, added.points, more, levels, lines);
  }

  /** With a named horizontal line, such as a ceiling. */
  public TradeOffChart level(String name, double y) {
    List<Level> more = new ArrayList<>(levels);
    more.add(new Level(name, y));
    return new TradeOffChart(title, xLabel, yLabel, points, arrows, more, lines);
  }

  /** With an arrow between two points that were added, by their position from 0. */
  public TradeOffChart arrow(int from, int to) {
    List<Arrow> more = new ArrayList<>(arrows);
    more.add(
        new Arrow(Objects.checkIndex(from, points.size()), Objects.checkIndex(to, points.size())));
    return new TradeOffChart(title, xLabel, yLabel, points, more, levels, lines);
  }

  /** With a named line through places, such as a frontier. */
  public TradeOffChart line(String name, List<LineChart.Point> places) {
    List<Line> more = new ArrayList<>(lines);
    more.add(new Line(name, List.copyOf(places)));
    return new TradeOffChart(title, xLabel, yLabel, points, arrows, levels, more);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Map<String, Object> data() {
    var data = new LinkedHashMap<String, Object>();
    data.put("kind", "tradeOff");
    data.put("title", title);
    data.put("xLabel", xLabel);
    data.put("yLabel", yLabel);
    data.put("points", points.stream().map(TradeOffChart::data).toList());
    data.put("arrows", arrows.stream().map(arrow -> List.of(arrow.from, arrow.to)).toList());
    data.put("levels", levels.stream().map(TradeOffChart::data).toList());
    data.put("lines", lines.stream().map(TradeOffChart::data).toList());
    return data;
  }

  private static Map<String, Object> data(Point point) {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", point.name);
    data.put("training", word(point.training));
    data.put("x", point.x.value());
    data.put("xError", point.x.standardError());
    data.put("y", point.y.value());
    data.put("yError", point.y.standardError());
    return data;
  }

  private static Map<String, Object> data(Line line) {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", line.name);
    data.put("points", line.points.stream().map(each -> List.of(each.x(), each.y())).toList());
    return data;
  }

  private static String word(Training training) {
    return training.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> data(Level level) {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", level.name);
    data.put("y", level.y);
    return data;
  }

  @Override
  public Table table() {
    Table table = Table.of(title, "network", "training", xLabel, yLabel);
    for (Point point : points) {
      table =
          table.row(
              Cell.text(point.name),
              Cell.text(word(point.training)),
              Cell.measured(point.x, DECIMALS),
              Cell.measured(point.y, DECIMALS));
    }
    for (Level level : levels) {
      table =
          table.row(
              Cell.text(level.name), Cell.text(""), Cell.text(""), Cell.number(level.y, DECIMALS));
    }
    return table;
  }
}
