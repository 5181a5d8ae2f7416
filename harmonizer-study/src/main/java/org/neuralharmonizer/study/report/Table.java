package org.neuralharmonizer.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table with a caption, one header row, and a header cell at the start of each row. Numbers are
 * set flush right in figures of equal width. Immutable: every method returns a new table.
 */
public final class Table implements Block {
  /** One cell, made by its factories. */
  public static final class Cell {
    private final String raw;
    private final String style;

    private Cell(String raw, String style) {
      this.raw = raw;
      this.style = style;
    }

    public static Cell text(String raw) {
      return new Cell(raw, "");
    }

    /** A number with a fixed count of decimals; a dash for NaN. */
    public static Cell number(double value, int decimals) {
      return measured(Measured.exactly(value), decimals);
    }

    /** A number with its standard error. */
    public static Cell measured(Measured measured, int decimals) {
      return new Cell(measured.format(decimals), "number");
    }

    /** Numbers written out. */
    public static Cell figures(String raw) {
      return new Cell(raw, "number");
    }

    /** The same, set off from the other cells, as the best of a column. */
    public Cell emphasized() {
      return new Cell(raw, (style + " best").strip());
    }

    private boolean isNumber() {
      return style.startsWith("number");
    }

    private String html(String element, String scope) {
      String styled = style.isEmpty() ? "" : "class=\"" + style + "\"";
      return Html.element(element, (scope + " " + styled).strip(), Html.text(raw));
    }
  }

  private final String caption;
  private final List<String> columns;
  private final List<List<Cell>> rows;

  private Table(String caption, List<String> columns, List<List<Cell>> rows) {
    this.caption = caption;
    this.columns = List.copyOf(columns);
    this.rows = List.copyOf(rows);
  }

  /** A table without rows. */
  public static Table of(String caption, String... columns) {
    return new Table(caption, List.of(columns), List.of());
  }

  /**
   * This table with one row more.
   *
   * @throws IllegalArgumentException unless there is one cell per column
   */
  public Table row(Cell... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "table \""
              + caption
              + "\": row "
              + rows.size()
              + " has "
              + cells.length
              + " cells for "
              + columns.size()
              + " columns — give one cell per column");
    }
    List<List<Cell>> longer = new ArrayList<>(rows);
    longer.add(List.of(cells));
    return new Table(caption, columns, longer);
  }

  @Override
  public String html() {
    String head =
        columnIndices().map(this::header).collect(Collectors.joining("", "<tr>", "</tr>"));
    String body = rows.stream().map(Table::row).collect(Collectors.joining("\n"));
    return "<div class=\"scroll\"><table><caption>"
        + Html.text(caption)
        + "</caption><thead>"
        + head
        + "</thead><tbody>"
        + body
        + "</tbody></table></div>";
  }

  private Stream<Integer> columnIndices() {
    return IntStream.range(0, columns.size()).boxed();
  }

  private String header(int column) {
    boolean numbers = rows.stream().anyMatch(row -> row.get(column).isNumber());
    String style = numbers ? "scope=\"col\" class=\"number\"" : "scope=\"col\"";
    return Html.element("th", style, Html.text(columns.get(column)));
  }

  private static String row(List<Cell> cells) {
    var html = new StringBuilder("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      html.append(i == 0 ? cells.get(i).html("th", "scope=\"row\"") : cells.get(i).html("td", ""));
    }
    return html.append("</tr>").toString();
  }
}
