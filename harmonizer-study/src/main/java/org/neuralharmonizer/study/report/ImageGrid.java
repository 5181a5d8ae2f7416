package org.neuralharmonizer.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Pictures in rows and columns with headers. Immutable: every method returns a new grid. */
public final class ImageGrid implements Block {
  private record Row(String header, List<Picture> pictures) {}

  private final String caption;
  private final List<String> columns;
  private final List<Row> rows;

  private ImageGrid(String caption, List<String> columns, List<Row> rows) {
    this.caption = caption;
    this.columns = columns;
    this.rows = List.copyOf(rows);
  }

  /** A grid without rows; the caption may be empty. */
  public static ImageGrid of(String caption, String... columns) {
    return new ImageGrid(caption, List.of(columns), List.of());
  }

  /**
   * This grid with one row more.
   *
   * @throws IllegalArgumentException unless there is one picture per column
   */
  public ImageGrid row(String header, List<Picture> pictures) {
    if (pictures.size() != columns.size()) {
      throw new IllegalArgumentException(
          "image grid \""
              + caption
              + "\": row \""
              + header
              + "\" has "
              + pictures.size()
              + " pictures for "
              + columns.size()
              + " columns — give one picture per column");
    }
    List<Row> longer = new ArrayList<>(rows);
    longer.add(new Row(header, List.copyOf(pictures)));
    return new ImageGrid(caption, columns, longer);
  }

  @Override
  public String html() {
    String head =
        columns.stream()
            .map(column -> Html.element("th", "scope=\"col\"", Html.text(column)))
            .collect(Collectors.joining("", "<tr><td></td>", "</tr>"));
    String body = rows.stream().map(ImageGrid::html).collect(Collectors.joining("\n"));
    String table =
        "<div class=\"scroll\"><table><thead>"
            + head
            + "</thead><tbody>"
            + body
            + "</tbody></table></div>";
    return Html.element("figure", "class=\"image-grid\"", table + Html.caption(caption));
  }

  private static String html(Row row) {
    return row.pictures().stream()
        .map(picture -> Html.element("td", "", picture.html()))
        .collect(
            Collectors.joining(
                "",
                "<tr>" + Html.element("th", "scope=\"row\"", Html.text(row.header())),
                "</tr>"));
  }
}
