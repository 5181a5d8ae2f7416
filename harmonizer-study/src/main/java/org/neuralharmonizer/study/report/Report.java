package org.neuralharmonizer.study.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.neuralharmonizer.io.AtomicFiles;

/**
 * A report of one self-contained HTML file. The same blocks make the same bytes. Immutable: every
 * method returns a new report.
 */
public final class Report {
  private final String title;
  private final List<Block> blocks;
  private final Map<String, String> provenance;

  private Report(String title, List<Block> blocks, Map<String, String> provenance) {
    this.title = title;
    this.blocks = List.copyOf(blocks);
    this.provenance = provenance;
  }

  /** An empty report. */
  public static Report titled(String title) {
    return new Report(title, List.of(), Map.of());
  }

  /** With a heading, which starts a section. */
  public Report section(String heading) {
    return with(new Prose("h2", heading));
  }

  public Report paragraph(String text) {
    return with(new Prose("p", text));
  }

  /** With a few results in large type, side by side. */
  public Report keyFigures(KeyFigure... figures) {
    return with(new KeyFigures(Arrays.asList(figures)));
  }

  public Report table(Table table) {
    return with(table);
  }

  public Report imageGrid(ImageGrid grid) {
    return with(grid);
  }

  public Report chart(Chart chart) {
    return with(chart);
  }

  /** With the settings, seeds and versions behind it, shown last in the order of the map. */
  public Report provenance(Map<String, String> facts) {
    return new Report(title, blocks, new LinkedHashMap<>(facts));
  }

  private Report with(Block block) {
    List<Block> more = new ArrayList<>(blocks);
    more.add(block);
    return new Report(title, more, provenance);
  }

  /** The whole page. */
  public String html() {
    String main = blocks.stream().map(Block::html).collect(Collectors.joining("\n"));
    boolean drawn = blocks.stream().anyMatch(Chart.class::isInstance);
    return Page.of(title, main, footer(), drawn ? Page.Scripts.CHARTS : Page.Scripts.NONE);
  }

  private String footer() {
    if (provenance.isEmpty()) {
      return "";
    }
    return provenance.entrySet().stream()
        .map(
            fact ->
                Html.element("dt", "", Html.text(fact.getKey()))
                    + Html.element("dd", "", Html.text(fact.getValue())))
        .collect(Collectors.joining("\n", "<footer><h2>Provenance</h2><dl>", "</dl></footer>"));
  }

  /**
   * Writes the page as UTF-8. Readers see the earlier file or the whole new one, never a part.
   *
   * @throws IOException if the folder is missing or full; an earlier file is then as it was
   */
  public void write(Path file) throws IOException {
    byte[] page = html().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(page));
  }
}
