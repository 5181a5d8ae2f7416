package org.neuralharmonizer.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads tables in CSV: UTF-8, the names of the columns in the first line, in any order, others than
 * those asked for passed over; at most 1 GiB.
 */
public final class CsvLines {
  /** Longer tables would not fit into memory. */
  private static final long LONGEST = 1L << 30;

  private CsvLines() {}

  /** Takes a table line by line. */
  @FunctionalInterface
  public interface LineReader {
    /**
     * Takes the next line.
     *
     * @throws IOException if it cannot be used; {@link Line#wrong} names the record
     */
    void read(Line line) throws IOException;
  }

  /**
   * Gives each line to a reader.
   *
   * @param columns that there must be
   * @throws MalformedFileException if the file is no such table
   * @throws IOException if it cannot be read, or the reader throws it
   */
  public static void read(Path file, List<String> columns, LineReader reader) throws IOException {
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
  public static final class Line {
    private final Path file;
    private final CSVRecord record;

    private Line(Path file, CSVRecord record) {
      this.file = file;
      this.record = record;
    }

    /** Whether the table has a column. */
    public boolean has(String column) {
      return record.isMapped(column);
    }

    /** What a column holds, if anything. */
    public Optional<String> optional(String column) {
      return record.isSet(column) && !record.get(column).isEmpty()
          ? Optional.of(record.get(column))
          : Optional.empty();
    }

    /** What a column holds. */
    public String text(String column) throws MalformedFileException {
      return optional(column).orElseThrow(() -> wrong("no " + column, "fill it in"));
    }

    /** A finite number. */
    public double number(String column) throws MalformedFileException {
      return number(column, text(column));
    }

    /** The same of a part of a column. */
    public double number(String column, String text) throws MalformedFileException {
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

    /** A whole number. */
    public int whole(String column) throws MalformedFileException {
      double value = number(column);
      if (value != (int) value) {
        throw wrong(
            column + " is " + MalformedFileException.quote(text(column)), "give a whole number");
      }
      return (int) value;
    }

    /** What to throw about this line. */
    public MalformedFileException wrong(String what, String remedy) {
      return MalformedFileException.of(
          file.toString(), "record " + record.getRecordNumber() + ": " + what, remedy);
    }
  }
}
