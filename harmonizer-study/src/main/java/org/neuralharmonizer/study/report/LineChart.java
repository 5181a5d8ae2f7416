package org.neuralharmonizer.study.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.neuralharmonizer.study.report.Table.Cell;

/**
 * Lines over a common axis, such as training curves. A value that is not finite leaves a gap.
 * Immutable: every method returns a new chart.
 */
public final class LineChart implements Chart {
  /** One point of a line. */
  public record Point(double x, double y) {}

  private record Line(String name, List<Point> points) {}

  private static final int DECIMALS = 4;

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<Line> lines;

  private LineChart(String title, String xLabel, String yLabel, List<Line> lines) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
    this.lines = List.copyOf(lines);
  }

  /** A chart without lines. */
  public static LineChart of(String title, String xLabel, String yLabel) {
    return new LineChart(title, xLabel, yLabel, List.of());
  }

  /** With one line more, its points in the order in which they are joined. */
  public LineChart line(String name, List<Point> points) {
    List<Line> more = new ArrayList<>(lines);
    more.add(new Line(name, List.copyOf(points)));
    return new LineChart(title, xLabel, yLabel, more);
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
    data.put("lines", lines.stream().map(LineChart::data).toList());
    return data;
  }

  private static Map<String, Object> data(Line line) {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", line.name);
    data.put("points", line.points.stream().map(point -> List.of(point.x, point.y)).toList());
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
      lines.forEach(line -> cells.add(Cell.number(valueAt(line, x), DECIMALS)));
      table = table.row(cells.toArray(Cell[]::new));
    }
    return table;
  }

  private static double valueAt(Line line, double x) {
    return line.points.stream()
        .filter(point -> point.x == x)
        .findFirst()
        .map(Point::y)
        .orElse(Double.NaN);
  }

  private static String plain(double x) {
    return x == Math.rint(x) && Math.abs(x) < 1e9 ? Long.toString((long) x) : Double.toString(x);
  }
}
