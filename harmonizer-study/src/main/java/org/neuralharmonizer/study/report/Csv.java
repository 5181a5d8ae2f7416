package org.neuralharmonizer.study.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.io.AtomicFiles;

/** Tables as text, RFC 4180 but for ends of lines, which are single line feeds. */
public final class Csv {
  private Csv() {}

  /** Cells of a line; NaN, which stands for what is not known, is an empty one. */
  public static String line(Object... cells) {
    return String.join(",", Arrays.stream(cells).map(Csv::cell).toList());
  }

  /** Writes lines, whole or not at all. */
  public static void write(Path file, List<String> lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    AtomicFiles.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String cell(Object cell) {
    String text = cell instanceof Double number && number.isNaN() ? "" : String.valueOf(cell);
    return text.matches("[^\",\n\r]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
