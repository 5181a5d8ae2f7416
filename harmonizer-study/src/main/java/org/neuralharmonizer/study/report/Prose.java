package org.neuralharmonizer.study.report;

/** A heading or a paragraph. */
record Prose(String element, String raw) implements Block {
  @Override
  public String html() {
    return Html.element(element, "", Html.text(raw));
  }
}
