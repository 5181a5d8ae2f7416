package org.neuralharmonizer.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.study.report.LineChart.Point;
import org.neuralharmonizer.study.report.Table.Cell;
import org.neuralharmonizer.study.report.TradeOffChart.Training;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class ReportTest {
  private static final Pattern CODE = Pattern.compile("<script>.*?</script>", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(1)>",
        "\" onload=\"alert(1)",
        "' onload='alert(1)",
        "<!-- <script>",
        "]]>\u2028\u2029",
        "%s %n $1 \\1"
      })
  void hostileTextStaysText(String text) {
    String page = everywhere(text).html();
    // The only elements that run are the chart library and our renderer.
    assertThat(CODE.matcher(page).results()).hasSize(2);
    String markup =
        withoutCode(page).replaceAll("<script type=\"application/json\">.*?</script>", "");
    assertThat(markup).doesNotContain("<script").doesNotContain("<img src=x");
    assertThat(markup)
        .doesNotContain(" onload=\"")
        .doesNotContain(" onload='")
        .doesNotContain("<!-- <");
    assertThat(page).contains("<title>" + Html.text(text) + "</title>");
  }

  @Test
  void controlCharactersAndHalvesOfPairsAreReplaced() {
    assertThat(Html.text("a\u0000b\uD800c\uDC00")).isEqualTo("a\uFFFDb\uFFFDc\uFFFD");
    assertThat(Html.text("x\uD83D\uDE00\n\ty")).isEqualTo("x\uD83D\uDE00\n\ty");
  }

  @Test
  void nothingIsFetched() {
    String markup = withoutCode(everywhere("plain").html());
    assertThat(markup).contains("default-src 'none'");
    assertThat(markup).doesNotContain("<link").doesNotContain("@import").doesNotContain("url(");
    assertThat(Pattern.compile("(src|href|action|poster|data)=\"(?!data:)").matcher(markup).find())
        .isFalse();
  }

  @Test
  void scriptsComeOnlyWithCharts() {
    assertThat(Report.titled("t").paragraph("p").html()).doesNotContain("<script");
  }

  @Test
  void sameBlocksMakeTheSameBytes() {
    assertThat(everywhere("title").html()).isEqualTo(everywhere("title").html());
  }

  @Test
  void valuesThatAreNotFiniteAreDashesInTablesAndGapsInCharts() {
    var chart = LineChart.of("t", "x", "y").line("l", List.of(new Point(1, Double.NaN)));
    assertThat(ScriptData.of(chart.data())).contains("[1.0,null]");
    assertThat(chart.table().html()).contains(">–<");
    assertThat(new Measured(0.5, Double.NaN).format(2)).isEqualTo("0.50");
    assertThat(new Measured(-0.5, 0.125).format(3)).isEqualTo("−0.500 ± 0.125");
    assertThat(new Measured(Double.NEGATIVE_INFINITY, 1).format(1)).isEqualTo("−∞");
  }

  @Test
  void pairsAreJoinedByAnArrow() {
    Measured one = Measured.exactly(1);
    var chart =
        TradeOffChart.of("t", "x", "y")
            .point("alone", Training.PLAIN, one, one)
            .pair("net", one, one, one, one)
            .level("ceiling", 2);
    assertThat(ScriptData.of(chart.data())).contains("\"arrows\":[[1,2]]");
    assertThat(chart.table().html()).contains("ceiling").contains("harmonized");
  }

  @Test
  void unevenRowsAreRefusedWithTheirCounts() {
    assertThatThrownBy(() -> Table.of("scores", "a", "b").row(Cell.text("1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table \"scores\": row 0 has 1 cells for 2 columns — give one cell per column");
    assertThatThrownBy(() -> ImageGrid.of("maps", "a", "b").row("r", List.of()))
        .hasMessage(
            "image grid \"maps\": row \"r\" has 0 pictures for 2 columns"
                + " — give one picture per column");
    assertThatThrownBy(() -> new Measured(1, -1))
        .hasMessage("measured: standard error is -1.0 — give at least 0, or NaN");
  }

  @Test
  void writingReplacesTheFileAndLeavesNothingElse(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("report.html");
    Files.writeString(file, "earlier");
    Report report = everywhere("title");
    report.write(file);
    assertThat(file).hasContent(report.html());
    assertThat(folder).isDirectoryContaining(file::equals);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aMissingFolderIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("absent").resolve("report.html");
    assertThatThrownBy(() -> Report.titled("t").write(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no folder \"" + file.getParent() + "\" — create it first");
  }

  private static String withoutCode(String page) {
    return CODE.matcher(page).replaceAll("").replaceAll("(?s)<!--\nD3 .*?-->", "");
  }

  private static Report everywhere(String text) {
    Picture picture = Picture.image(Tensor.zeros(Shape.of(3, 2, 2)), text);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(text, text);
    return Report.titled(text)
        .section(text)
        .paragraph(text)
        .keyFigures(new KeyFigure(text, text, text))
        .table(Table.of(text, text).row(Cell.text(text).emphasized()))
        .imageGrid(ImageGrid.of(text, text).row(text, List.of(picture)))
        .chart(
            TradeOffChart.of(text, text, text)
                .point(text, Training.PLAIN, Measured.exactly(1), Measured.exactly(2))
                .level(text, 1))
        .chart(LineChart.of(text, text, text).line(text, List.of(new Point(0, 1))))
        .provenance(facts);
  }
}
