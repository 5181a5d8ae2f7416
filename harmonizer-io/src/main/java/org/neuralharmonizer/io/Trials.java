package org.neuralharmonizer.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.neuralharmonizer.psychophysics.Trial;

/**
 * Tables of decisions, one trial in each line of a CSV file. Of a folder all files that end in
 * {@code .csv} are read, in the order of their names.
 */
public final class Trials {
  private static final String NO_ANSWER = "na";
  private static final String UNKNOWN = "NaN";
  private static final List<String> COLUMNS =
      List.of("observer", "session", "condition", "stimulus", "truth", "answer", "seconds");

  private Trials() {}

  /**
   * The layout of the experiments of Geirhos and others: columns {@code subj}, {@code session},
   * {@code trial}, {@code rt} in seconds (NaN for networks), {@code object_response} ({@code na}
   * for none), {@code category}, {@code condition} and {@code imagename}. Image names begin with
   * the number of the trial and the observer; what follows the third underscore names the stimulus.
   *
   * @param path a file or a folder
   * @throws IllegalArgumentException if a folder has no such file
   * @throws MalformedFileException if a column is missing or a line has another form; the message
   *     names the record
   * @throws IOException if the file cannot be read
   * @see <a href="https://github.com/rgeirhos/object-recognition">rgeirhos/object-recognition,
   *     raw-data</a>
   */
  public static List<Trial> geirhos(Path path) throws IOException {
    List<Trial> trials = new ArrayList<>();
    readAll(
        path,
        List.of("subj", "session", "rt", "object_response", "category", "condition", "imagename"),
        line -> {
          String answer = line.text("object_response");
          trials.add(
              new Trial(
                  line.text("subj"),
                  line.whole("session"),
                  line.text("condition"),
                  stimulus(line),
                  line.text("category"),
                  answer.equals(NO_ANSWER) ? null : answer,
                  line.text("rt").equals(UNKNOWN) ? Double.NaN : line.number("rt")));
        });
    return List.copyOf(trials);
  }

  /**
   * The layout of this library, which {@link #write} and the pages of experiments write: columns
   * {@code observer}, {@code session}, {@code condition}, {@code stimulus}, {@code truth}, {@code
   * answer} (empty for none) and {@code seconds} (empty where not known).
   *
   * @param path a file or a folder
   * @throws IllegalArgumentException if a folder has no such file
   * @throws MalformedFileException if a column is missing or a line has another form; the message
   *     names the record
   * @throws IOException if the file cannot be read
   */
  public static List<Trial> read(Path path) throws IOException {
    List<Trial> trials = new ArrayList<>();
    readAll(
        path,
        COLUMNS,
        line ->
            trials.add(
                new Trial(
                    line.text("observer"),
                    line.whole("session"),
                    line.text("condition"),
                    line.text("stimulus"),
                    line.text("truth"),
                    line.optional("answer").orElse(null),
                    line.optional("seconds").isPresent() ? line.number("seconds") : Double.NaN)));
    return List.copyOf(trials);
  }

  /** Writes that layout, whole or not at all. */
  public static void write(Path file, List<Trial> trials) throws IOException {
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (Trial trial : trials) {
      String line =
          CSVFormat.RFC4180.format(
              trial.observer(),
              trial.session(),
              trial.condition(),
              trial.stimulus(),
              trial.truth(),
              trial.answer(),
              Double.isNaN(trial.seconds()) ? null : trial.seconds());
      text.append(line).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  private static void readAll(Path path, List<String> columns, CsvLines.LineReader reader)
      throws IOException {
    for (Path file : files(path)) {
      CsvLines.read(file, columns, reader);
    }
  }

  private static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(path)) {
      files = listed.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "trials \"" + path + "\": no file ends in .csv — name the folder that holds them");
    }
    return files;
  }

  private static String stimulus(CsvLines.Line line) throws MalformedFileException {
    String[] parts = line.text("imagename").split("_", 4);
    if (parts.length < 4) {
      throw line.wrong(
          "imagename is " + MalformedFileException.quote(line.text("imagename")),
          "four parts between underscores: trial, experiment, observer, stimulus");
    }
    return parts[3];
  }
}
