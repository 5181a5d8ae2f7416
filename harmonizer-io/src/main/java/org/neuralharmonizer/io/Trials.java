package org.neuralharmonizer.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.psychophysics.Trial;

/** Tables of decisions, one trial in each line of a CSV file. */
public final class Trials {
  private static final String NO_ANSWER = "na";
  private static final String UNKNOWN = "NaN";

  private Trials() {}

  /**
   * The layout of the experiments of Geirhos and others: columns {@code subj}, {@code session},
   * {@code trial}, {@code rt} in seconds (NaN for networks), {@code object_response} ({@code na}
   * for none), {@code category}, {@code condition} and {@code imagename}. Image names begin with
   * the number of the trial and the observer; what follows the third underscore names the stimulus.
   *
   * @throws MalformedFileException if a column is missing or a line has another form; the message
   *     names the record
   * @throws IOException if the file cannot be read
   * @see <a href="https://github.com/rgeirhos/object-recognition">rgeirhos/object-recognition,
   *     raw-data</a>
   */
  public static List<Trial> geirhos(Path file) throws IOException {
    List<Trial> trials = new ArrayList<>();
    CsvLines.read(
        file,
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
