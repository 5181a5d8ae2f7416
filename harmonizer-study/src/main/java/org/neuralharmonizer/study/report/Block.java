package org.neuralharmonizer.study.report;

/** One piece of a report, from top to bottom. */
sealed interface Block permits Chart, ImageGrid, KeyFigures, Prose, Table {
  /** Complete, escaped markup. */
  String html();
}
