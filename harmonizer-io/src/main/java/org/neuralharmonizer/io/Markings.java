package org.neuralharmonizer.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.neuralharmonizer.data.MarkedPoint;
import org.neuralharmonizer.data.Marking;

/**
 * Tables of what people clicked on or looked at: CSV in UTF-8, the names of the columns in the
 * first line, in any order; other columns are passed over.
 */
public final class Markings {
  private static final Pattern POINT =
      Pattern.compile("\\(\\s*([-+.0-9eE]{1,30})\\s*,\\s*([-+.0-9eE]{1,30})\\s*\\)");

  /** What may stand around and between points. */
  private static final Pattern BETWEEN = Pattern.compile("[\\s{}\\[\\]\",]*");

  private Markings() {}

  /** How much a fixation counts. */
  public enum FixationWeight {
    /** Each as much as any other. */
    EQUAL,
    /** By its duration, in the unit of the table. */
    DURATION
  }

  /**
   * Clicks, one participant's clicks on one image in each line: columns {@code image_path}, {@code
   * user_id} and {@code clicks}, the latter as <code>{"(x,y)","(x,y)"}</code> in whole pixels from
   * 0; optionally {@code user_catch_trial}, the share of catch trials passed, and {@code
   * is_mobile}, true or false. A click on pixel x becomes its centre, x + ½.
   *
   * @throws MalformedFileException if a column is missing or a line has another form; the message
   *     names the record
   * @throws IOException if the file cannot be read
   * @see <a href="https://github.com/serre-lab/human_clickme_data_processing">
   *     serre-lab/human_clickme_data_processing, src/utils.py</a>
   */
  public static List<Marking> clicks(Path file) throws IOException {
    List<Marking> markings = new ArrayList<>();
    CsvLines.read(
        file,
        List.of("image_path", "user_id", "clicks"),
        each -> {
          Line line = new Line(each);
          markings.add(
              new Marking(
                  line.text("image_path"),
                  line.text("user_id"),
                  line.points("clicks"),
                  line.catchTrials("user_catch_trial"),
                  line.pointer("is_mobile")));
        });
    return List.copyOf(markings);
  }

  /**
   * The same clicks as NumPy's archive of columns: {@code file_pointer} (the image), {@code
   * clickmap_x} and {@code clickmap_y} (a list or array of whole pixels from 0 for each row),
   * {@code user_id}, and optionally {@code user_catch_trial} and {@code is_mobile}. Python's
   * objects in it are read as numbers, texts, lists and arrays, and never run.
   *
   * @throws MalformedFileException if a column is missing or of another length, or a row has
   *     another form; the message names the row
   * @throws IOException if the file cannot be read
   * @see <a href="https://github.com/serre-lab/human_clickme_data_processing">
   *     serre-lab/human_clickme_data_processing, src/utils.py</a>
   */
  public static List<Marking> clicksOfNpz(Path file) throws IOException {
    return ClickColumns.read(file).markings();
  }

  /**
   * Fixations, one in each line: columns {@code image}, {@code subject}, {@code x}, {@code y} and,
   * for its weight, {@code duration} or {@code duration_ms}. Those of one subject in one image
   * become one marking, in the order of the lines.
   *
   * @param origin how the table counts pixels
   * @throws MalformedFileException if a column is missing or a line has another form; the message
   *     names the record
   * @throws IOException if the file cannot be read
   */
  public static List<Marking> fixations(Path file, PixelOrigin origin, FixationWeight weight)
      throws IOException {
    Map<List<String>, List<MarkedPoint>> points = new LinkedHashMap<>();
    CsvLines.read(
        file,
        List.of("image", "subject", "x", "y"),
        each -> {
          Line line = new Line(each);
          double counts = weight == FixationWeight.EQUAL ? 1 : line.duration();
          points
              .computeIfAbsent(
                  List.of(line.text("image"), line.text("subject")), who -> new ArrayList<>())
              .add(line.point(origin, counts));
        });
    return points.entrySet().stream()
        .map(each -> Marking.of(each.getKey().get(0), each.getKey().get(1), each.getValue()))
        .toList();
  }

  /** What a line says of a marking. */
  private record Line(CsvLines.Line line) {
    String text(String column) throws MalformedFileException {
      return line.text(column);
    }

    MarkedPoint point(PixelOrigin origin, double weight) throws MalformedFileException {
      return new MarkedPoint(
          origin.fromBorder(line.number("x")), origin.fromBorder(line.number("y")), weight);
    }

    double duration() throws MalformedFileException {
      double duration = line.number(line.has("duration") ? "duration" : "duration_ms");
      if (duration < 0) {
        throw line.wrong("a duration of " + duration, "durations are not negative");
      }
      return duration;
    }

    List<MarkedPoint> points(String column) throws MalformedFileException {
      String text = line.optional(column).orElse("");
      List<MarkedPoint> points = new ArrayList<>();
      Matcher matcher = POINT.matcher(text);
      int end = 0;
      while (matcher.find()) {
        requireBetween(column, text.substring(end, matcher.start()));
        points.add(
            MarkedPoint.at(
                PixelOrigin.CENTRE_ZERO.fromBorder(line.number(column, matcher.group(1))),
                PixelOrigin.CENTRE_ZERO.fromBorder(line.number(column, matcher.group(2)))));
        end = matcher.end();
      }
      requireBetween(column, text.substring(end));
      return points;
    }

    private void requireBetween(String column, String text) throws MalformedFileException {
      if (!BETWEEN.matcher(text).matches()) {
        throw line.wrong(
            column + " has " + MalformedFileException.quote(text) + " among its points",
            "write {\"(x,y)\",\"(x,y)\"}");
      }
    }

    OptionalDouble catchTrials(String column) throws MalformedFileException {
      return line.optional(column).isPresent()
          ? OptionalDouble.of(line.number(column))
          : OptionalDouble.empty();
    }

    Marking.Pointer pointer(String column) throws MalformedFileException {
      String text = line.optional(column).orElse("").toLowerCase(Locale.ROOT);
      return switch (text) {
        case "" -> Marking.Pointer.UNKNOWN;
        case "true", "1" -> Marking.Pointer.MOBILE;
        case "false", "0" -> Marking.Pointer.DESKTOP;
        default ->
            throw line.wrong(column + " is " + MalformedFileException.quote(text), "true or false");
      };
    }
  }
}
