package org.neuralharmonizer.study.report;

import java.util.Map;

/** A chart: data for the page's script, and the same numbers as a table for everybody else. */
public sealed interface Chart extends Block permits DistributionChart, LineChart, TradeOffChart {
  String title();

  /** What the script draws; its key {@code kind} names the drawing. */
  Map<String, Object> data();

  /** The numbers. */
  Table table();

  @Override
  default String html() {
    return "<figure class=\"chart\"><figcaption>"
        + Html.text(title())
        + "</figcaption><div class=\"drawing\"><script type=\"application/json\">"
        + ScriptData.of(data())
        + "</script></div><details><summary>Numbers</summary>"
        + table().html()
        + "</details></figure>";
  }
}
