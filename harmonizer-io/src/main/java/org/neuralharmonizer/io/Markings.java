package org.neuralharmonizer.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
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

  /** Longer tables would not fit into memory as points. */
  private static final long LONGEST = 1L << 30;

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
    read(
        file,
        List.of("image_path", "user_id", "clicks"),
        line ->
            markings.add(
                new Marking(
                    line.text("image_path"),
                    line.text("user_id"),
                    line.points("clicks"),
                    line.catchTrials("user_catch_trial"),
                    line.pointer("is_mobile"))));
    return List.copyOf(markings);
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
    read(
        file,
        List.of("image", "subject", "x", "y"),
        line -> {
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

  @FunctionalInterface
  private interface LineReader {
    void read(Line line) throws IOException;
  }

  private static void read(Path file, List<String> columns, LineReader reader) throws IOException {
    Source.requireFile(file);
    if (Files.size(file) > LONGEST) {
      throw MalformedFileException.of(
          file.toString(),
          Files.size(file) + " bytes, at most " + LONGEST + " are read",
          "split it");
    }
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreEmptyLines(true)
            .setTrim(true)
            .get();
    try (Reader text = withoutMark(Files.newBufferedReader(file, StandardCharsets.UTF_8));
        CSVParser table = CSVParser.builder().setReader(text).setFormat(format).get()) {
      List<String> missing =
          columns.stream().filter(each -> !table.getHeaderMap().containsKey(each)).toList();
      if (!missing.isEmpty()) {
        throw MalformedFileException.of(
            file.toString(),
            "no column " + String.join(", ", missing) + " among " + shown(table.getHeaderNames()),
            "name the columns in the first line");
      }
      for (CSVRecord record : table) {
        reader.read(new Line(file, record));
      }
    } catch (CharacterCodingException e) {
      throw MalformedFileException.of(file.toString(), "not UTF-8 text", "save it as UTF-8", e);
    } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
      throw MalformedFileException.of(
          file.toString(), "not a CSV table (" + e.getMessage() + ")", "check its quotes", e);
    }
  }

  /** Spreadsheets begin UTF-8 with a mark that is no part of the first name. */
  private static Reader withoutMark(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
    return text;
  }

  private static String shown(List<String> names) {
    return MalformedFileException.quote(String.join(", ", names));
  }

  /** One line of a table. */
  private record Line(Path file, CSVRecord record) {
    String text(String column) throws MalformedFileException {
      if (!record.isSet(column) || record.get(column).isEmpty()) {
        throw wrong("no " + column, "fill it in");
      }
      return record.get(column);
    }

    double number(String column) throws MalformedFileException {
      return number(column, text(column));
    }

    private double number(String column, String text) throws MalformedFileException {
      try {
        double value = Double.parseDouble(text);
        if (Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Said below, as for infinities.
      }
      throw wrong(column + " is " + MalformedFileException.quote(text), "give a finite number");
    }

    MarkedPoint point(PixelOrigin origin, double weight) throws MalformedFileException {
      return new MarkedPoint(
          origin.fromBorder(number("x")), origin.fromBorder(number("y")), weight);
    }

    double duration() throws MalformedFileException {
      double duration = number(record.isMapped("duration") ? "duration" : "duration_ms");
      if (duration < 0) {
        throw wrong("a duration of " + duration, "durations are not negative");
      }
      return duration;
    }

    List<MarkedPoint> points(String column) throws MalformedFileException {
      String text = record.isSet(column) ? record.get(column) : "";
      List<MarkedPoint> points = new ArrayList<>();
      Matcher matcher = POINT.matcher(text);
      int end = 0;
      while (matcher.find()) {
        requireBetween(column, text.substring(end, matcher.start()));
        points.add(
            MarkedPoint.at(
                PixelOrigin.CENTRE_ZERO.fromBorder(number(column, matcher.group(1))),
                PixelOrigin.CENTRE_ZERO.fromBorder(number(column, matcher.group(2)))));
        end = matcher.end();
      }
      requireBetween(column, text.substring(end));
      return points;
    }

    private void requireBetween(String column, String text) throws MalformedFileException {
      if (!BETWEEN.matcher(text).matches()) {
        throw wrong(
            column + " has " + MalformedFileException.quote(text) + " among its points",
            "write {\"(x,y)\",\"(x,y)\"}");
      }
    }

    OptionalDouble catchTrials(String column) throws MalformedFileException {
      return record.isSet(column) && !record.get(column).isEmpty()
          ? OptionalDouble.of(number(column))
          : OptionalDouble.empty();
    }

    Marking.Pointer pointer(String column) throws MalformedFileException {
      String text = record.isSet(column) ? record.get(column).toLowerCase(Locale.ROOT) : "";
      return switch (text) {
        case "" -> Marking.Pointer.UNKNOWN;
        case "true", "1" -> Marking.Pointer.MOBILE;
        case "false", "0" -> Marking.Pointer.DESKTOP;
        default ->
            throw wrong(column + " is " + MalformedFileException.quote(text), "true or false");
      };
    }

    private MalformedFileException wrong(String what, String remedy) {
      return MalformedFileException.of(
          file.toString(), "record " + record.getRecordNumber() + ": " + what, remedy);
    }
  }
}
