package org.neuralharmonizer.study.report;

import java.util.List;
import java.util.stream.Collectors;

/** The results that matter most, side by side. */
record KeyFigures(List<KeyFigure> figures) implements Block {
  KeyFigures {
    figures = List.copyOf(figures);
  }

  @Override
  public String html() {
    return figures.stream()
        .map(KeyFigures::html)
        .collect(Collectors.joining("", "<dl class=\"key-figures\">", "</dl>"));
  }

  private static String html(KeyFigure figure) {
    String note =
        figure.note().isEmpty()
            ? ""
            : Html.element("dd", "class=\"note\"", Html.text(figure.note()));
    return Html.element(
        "div",
        "",
        Html.element("dt", "", Html.text(figure.label()))
            + Html.element("dd", "", Html.text(figure.value()))
            + note);
  }
}
