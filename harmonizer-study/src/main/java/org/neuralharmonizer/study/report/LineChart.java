package org.neuralharmonizer.study.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.neuralharmonizer.study.report.Table.Cell;

/**
 * Lines over a common axis, such as training curves, perhaps with an interval at each point. A
 * value that is not finite leaves a gap. Immutable: every method returns a new chart.
 */
public final class LineChart implements Chart {
  /**
   * One point of a line.
   *
   * @param low the lower end of its interval, NaN if there is none
   * @param high the upper end
   */
  public record Point(double x, double y, double low, double high) {
    /** A point without an interval. */
    public Point(double x, double y) {
      this(x, y, Double.NaN, Double.NaN);
    }
  }

  private record Line(String name, List<Point> points) {}

  private static final int DECIMALS = 4;

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final boolean logarithmic;
  private final List<Line> lines;

  private LineChart(
      String title, String xLabel, String yLabel, boolean logarithmic, List<Line> lines) {
    this.logarithmic = logarithmic;
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
    this.lines = List.copyOf(lines);
  }

  /** A chart without lines. */
  public static LineChart of(String title, String xLabel, String yLabel) {
    return new LineChart(title, xLabel, yLabel, false, List.of());
  }

  /** With a logarithmic axis, on which every x must be above 0. */
  public LineChart logarithmic() {
    return new LineChart(title, xLabel, yLabel, true, lines);
  }

  /** With one line more, its points in the order in which they are joined. */
  public LineChart line(String name, List<Point> points) {
    List<Line> more = new ArrayList<>(lines);
    more.add(new Line(name, List.copyOf(points)));
    return new LineChart(title, xLabel, yLabel, logarithmic, more);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Map<String, Object> data() {
    var data = new LinkedHashMap<String, Object>();
    data.put("kind", "lines");
    data.put("title", title);
    data.put("xLabel", xLabel);
    data.put("yLabel", yLabel);
    data.put("logarithmic", logarithmic ? 1 : 0);
    data.put("lines", lines.stream().map(LineChart::data).toList());
    return data;
  }

  private static Map<String, Object> data(Line line) {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", line.name);
    data.put("points", line.points.stream().map(point -> List.of(point.x, point.y)).toList());
    data.put(
        "intervals",
        line.points.stream()
            .filter(point -> Double.isFinite(point.low) && Double.isFinite(point.high))
            .map(point -> List.of(point.x, point.low, point.high))
            .toList());
    return data;
  }

  @Override
  public Table table() {
    var places = new TreeSet<Double>();
    lines.forEach(line -> line.points.forEach(point -> places.add(point.x)));
    var columns = new ArrayList<String>(List.of(xLabel));
    lines.forEach(line -> columns.add(line.name));
    Table table = Table.of(title + " – " + yLabel, columns.toArray(String[]::new));
    for (double x : places) {
      var cells = new ArrayList<Cell>(List.of(Cell.text(plain(x))));
      lines.forEach(line -> cells.add(valueAt(line, x)));
      table = table.row(cells.toArray(Cell[]::new));
    }
    return table;
  }

  private static Cell valueAt(Line line, double x) {
    Point found =
        line.points.stream()
            .filter(point -> point.x == x)
            .findFirst()
            .orElse(new Point(x, Double.NaN));
    String value = Measured.exactly(found.y).format(DECIMALS);
    return Double.isFinite(found.low)
        ? Cell.figures(
            value
                + " ("
                + Measured.exactly(found.low).format(DECIMALS)
                + " – "
                + Measured.exactly(found.high).format(DECIMALS)
                + ")")
        : Cell.figures(value);
  }

  private static String plain(double x) {
    return x == Math.rint(x) && Math.abs(x) < 1e9 ? Long.toString((long) x) : Double.toString(x);
  }
}
