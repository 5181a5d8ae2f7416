package org.neuralharmonizer.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.study.report.TradeOffChart.Training;

/** Pages in a real browser, where one is installed. */
final class ChromiumTest {
  /** Reports from inside the page, after the charts are drawn, to the page that frames it. */
  private static final String PROBE =
      """
      <script>
      const circle = document.querySelector(".plain circle").parentNode;
      const box = circle.getBoundingClientRect();
      circle.dispatchEvent(new PointerEvent("pointerenter"));
      const tip = document.querySelector(".tip");
      const links = [];
      HTMLAnchorElement.prototype.click = function () {
        links.push(this.download + " " + this.href.slice(0, 22));
      };
      for (const button of document.querySelectorAll(".exports button")) button.click();
      setTimeout(() => parent.postMessage(JSON.stringify({
        shown: tip.classList.contains("shown"), tip: tip.textContent,
        drawings: document.querySelectorAll("figure svg").length,
        bars: circle.querySelectorAll("line").length, tips: box.width > 0,
        overflow: document.documentElement.scrollWidth - innerWidth,
        requests: performance.getEntriesByType("resource").length,
        paper: getComputedStyle(document.body).backgroundColor, links,
      }), "*"), 300);
      </script>
      </body>
      """;

  @TempDir private Path folder;

  @Test
  void chartsAreDrawnHoverNamesNetworksAndNothingIsFetched() throws Exception {
    for (int width : new int[] {360, 1920}) {
      String result = framed(width);
      assertThat(result)
          .as("at %d pixels", width)
          .contains("\"shown\":true", "first &amp; net", "accuracy: 0.500 ± 0.010")
          .contains("\"drawings\":2", "\"bars\":2", "\"requests\":0", "\"overflow\":0")
          .contains("a-chart.svg data:image/svg+xml", "a-chart.csv data:text/csv")
          .contains("a-chart.png data:image/png", "a-chart.json data:application/json");
    }
  }

  @Test
  void darkAndLightDiffer() throws Exception {
    assertThat(framed(800, "--blink-settings=preferredColorScheme=0")).contains("rgb(20, 23, 27)");
    assertThat(framed(800, "--blink-settings=preferredColorScheme=1"))
        .contains("rgb(253, 253, 251)");
  }

  private String framed(int width, String... more) throws IOException, InterruptedException {
    Path page = folder.resolve("page.html");
    Files.writeString(page, page().replace("</body>", PROBE));
    Path frame = folder.resolve("frame.html");
    Files.writeString(
        frame,
        """
        <!DOCTYPE html><meta charset="utf-8">
        <script>onmessage = (event) => document.getElementById("o").textContent = event.data</script>
        <pre id="o"></pre><iframe src="page.html" width="%d" height="900" style="border:0"></iframe>
        """
            .formatted(width));
    return Chromium.dump(folder, frame, more);
  }

  private static String page() {
    return Report.titled("A report")
        .chart(
            TradeOffChart.of("A chart", "accuracy", "alignment")
                .point(
                    "first & net", Training.PLAIN, new Measured(0.5, 0.01), new Measured(0.2, 0.02))
                .point(
                    "second", Training.HARMONIZED, new Measured(0.6, 0.01), new Measured(0.4, 0.02))
                .arrow(0, 1)
                .line("frontier", List.of(new LineChart.Point(0.6, 0.4)))
                .level("center bias", 0.3))
        .chart(
            DistributionChart.of("Scores", "Spearman")
                .row("first", List.of("a", "b"), List.of(0.1, Double.NaN)))
        .html();
  }
}
