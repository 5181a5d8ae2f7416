package org.neuralharmonizer.study.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.neuralharmonizer.study.report.Table.Cell;

/**
 * The values of several groups as rows of marks, each with its median, such as scores of images by
 * network. A value that is not finite is only in the table. Immutable: every method returns a new
 * chart.
 */
public final class DistributionChart implements Chart {
  private record Row(String name, List<String> names, List<Double> values) {}

  private static final int DECIMALS = 3;

  private final String title;
  private final String xLabel;
  private final List<Row> rows;

  private DistributionChart(String title, String xLabel, List<Row> rows) {
    this.title = title;
    this.xLabel = xLabel;
    this.rows = List.copyOf(rows);
  }

  /** A chart without rows. */
  public static DistributionChart of(String title, String xLabel) {
    return new DistributionChart(title, xLabel, List.of());
  }

  /** With one row more. */
  public DistributionChart row(String name, List<String> names, List<Double> values) {
    if (names.size() != values.size()) {
      throw new IllegalArgumentException(
          "distribution \"%s\": %d names for %d values — give one for each"
              .formatted(name, names.size(), values.size()));
    }
    List<Row> more = new ArrayList<>(rows);
    more.add(new Row(name, List.copyOf(names), List.copyOf(values)));
    return new DistributionChart(title, xLabel, more);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Map<String, Object> data() {
    var data = new LinkedHashMap<String, Object>();
    data.put("kind", "distribution");
    data.put("title", title);
    data.put("xLabel", xLabel);
    data.put("yLabel", "");
    data.put("rows", rows.stream().map(DistributionChart::data).toList());
    return data;
  }

  private static Map<String, Object> data(Row row) {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", row.name);
    data.put("names", row.names);
    data.put("values", row.values);
    data.put("median", median(row));
    return data;
  }

  private static double median(Row row) {
    return new Median()
        .evaluate(row.values.stream().filter(Double::isFinite).mapToDouble(x -> x).toArray());
  }

  @Override
  public Table table() {
    Table table = Table.of(title, "group", "of", xLabel);
    for (Row row : rows) {
      for (int i = 0; i < row.names.size(); i++) {
        table =
            table.row(
                Cell.text(row.name),
                Cell.text(row.names.get(i)),
                Cell.number(row.values.get(i), DECIMALS));
      }
    }
    return table;
  }
}
