package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.neuralharmonizer.io.MalformedFileException;

/** Lists and tables of a study: lines of cells parted by commas, without quotes. */
public final class NetworkList {
  private static final String HEADER = "name,network,source,baseline,accuracy";
  private static final int COLUMNS = 5;
  private static final int REQUIRED = 3;
  private static final long LONGEST = 16 << 20;

  private NetworkList() {}

  /**
   * Reads a list of networks: a first line {@code name,network,source,baseline,accuracy}, then one
   * line each; the last two cells may be empty or absent. A source that is not absolute is relative
   * to the list. Empty lines and those that start with # are passed over.
   *
   * @throws MalformedFileException if a line has another form, a name comes twice, a baseline is
   *     not in the list or an accuracy is not in 0…1
   * @throws IOException if the file cannot be read
   */
  public static List<NetworkEntry> read(Path file) throws IOException {
    Map<String, NetworkEntry> entries = new LinkedHashMap<>();
    List<String> lines = lines(file);
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      NetworkEntry entry = entry(file, i, line);
      if (entries.put(entry.name(), entry) != null) {
        throw wrong(file, i, "\"" + entry.name() + "\" comes twice");
      }
    }
    if (lines.isEmpty() || !lines.get(0).replace("\uFEFF", "").strip().equals(HEADER)) {
      throw wrong(file, 0, "the first line is not " + HEADER);
    }
    for (NetworkEntry entry : entries.values()) {
      if (entry.baseline().isPresent() && !entries.containsKey(entry.baseline().get())) {
        throw new MalformedFileException(
            "read \"%s\": \"%s\", the baseline of \"%s\", is not in the list — add it"
                .formatted(file, entry.baseline().get(), entry.name()));
      }
    }
    if (entries.isEmpty()) {
      throw new MalformedFileException("read \"" + file + "\": no networks — add a line for each");
    }
    return List.copyOf(entries.values());
  }

  /** Reads lines {@code image,text}, the first of which is a header. */
  public static Map<String, String> pairs(Path file) throws IOException {
    Map<String, String> pairs = new LinkedHashMap<>();
    List<String> lines = lines(file);
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      int comma = line.lastIndexOf(',');
      if (line.isEmpty()) {
        continue;
      }
      if (comma < 1 || pairs.put(line.substring(0, comma), line.substring(comma + 1)) != null) {
        throw wrong(file, i, "\"" + line + "\" is not image,value, or the image comes twice");
      }
    }
    return pairs;
  }

  private static NetworkEntry entry(Path file, int line, String text) throws IOException {
    List<String> cells = new ArrayList<>(List.of(text.split(",", -1)));
    while (cells.size() < COLUMNS && cells.size() >= REQUIRED) {
      cells.add("");
    }
    cells.replaceAll(String::strip);
    if (cells.size() != COLUMNS || cells.subList(0, REQUIRED).contains("")) {
      throw wrong(file, line, "\"" + text + "\" is not " + HEADER);
    }
    try {
      return new NetworkEntry(
          cells.get(0),
          cells.get(1),
          file.toAbsolutePath().resolveSibling(cells.get(2)),
          Optional.of(cells.get(3)).filter(name -> !name.isEmpty()),
          accuracy(cells.get(4)));
    } catch (IllegalArgumentException e) {
      throw wrong(file, line, e.getMessage());
    }
  }

  private static OptionalDouble accuracy(String cell) {
    if (cell.isEmpty()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(cell);
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("accuracy " + cell + " is not in 0…1");
    }
    return OptionalDouble.of(value);
  }

  private static List<String> lines(Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new MalformedFileException(
          "read \"" + file + "\": longer than " + LONGEST + " bytes — name a table of networks");
    }
    try {
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new MalformedFileException("read \"" + file + "\": not UTF-8 text", e);
    }
  }

  private static MalformedFileException wrong(Path file, int line, String what) {
    return new MalformedFileException(
        "read \"%s\", line %d: %s — correct the line".formatted(file, line + 1, what));
  }
}
