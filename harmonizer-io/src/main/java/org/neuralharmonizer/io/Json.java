package org.neuralharmonizer.io;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * JSON, strictly as RFC 8259 has it, as plain Java values.
 *
 * <table>
 *   <caption>Values</caption>
 *   <tr><th>JSON</th><th>read as</th><th>written from</th></tr>
 *   <tr><td>object</td><td>unmodifiable {@code Map<String, Object>} in the order of the text</td>
 *       <td>any {@code Map} with {@code String} keys</td></tr>
 *   <tr><td>array</td><td>unmodifiable {@code List<Object>}</td><td>any {@code List}</td></tr>
 *   <tr><td>string</td><td>{@code String}</td>
 *       <td>{@code String} or an enum constant's name</td></tr>
 *   <tr><td>number</td><td>{@code Long} if it has neither fraction nor exponent and fits, else
 *       {@code Double}</td><td>{@code Byte, Short, Integer, Long, Float, Double}</td></tr>
 *   <tr><td>true, false, null</td><td>{@code Boolean}, {@code null}</td><td>the same</td></tr>
 * </table>
 *
 * <p>Refused when reading: a member named twice, numbers beyond the range of double, unpaired
 * surrogates, comments, trailing commas, anything after the value, more than {@value #DEPTH} levels
 * of nesting, files above 64 MiB. Refused when writing: NaN and infinities, which JSON lacks.
 *
 * <p>Written text depends on the values alone: members of a {@code LinkedHashMap} or {@code
 * SortedMap} keep their order, those of other maps are sorted by name; a number gets the fewest
 * digits that read back as the same number, on every Java version.
 */
public final class Json {
  static final int DEPTH = 128;
  private static final long FILE_BYTES = 64L << 20;

  private Json() {}

  /**
   * The value of a text.
   *
   * @throws MalformedFileException if the text is not JSON; the message names line and column
   */
  public static @Nullable Object parse(String text) throws MalformedFileException {
    try {
      return new JsonParser(text).parse();
    } catch (JsonParser.SyntaxException e) {
      throw new MalformedFileException("parse JSON: " + e.getMessage() + " — correct the text");
    }
  }

  /**
   * The value in a UTF-8 file.
   *
   * @throws MalformedFileException if the file is not JSON; the message names line and column
   * @throws IOException if the file cannot be read
   */
  public static @Nullable Object read(Path file) throws IOException {
    String name = file.toString();
    byte[] bytes;
    try (Source source = Source.open(file)) {
      if (source.length() > FILE_BYTES) {
        throw MalformedFileException.of(
            name, source.length() + " bytes of JSON", "at most " + FILE_BYTES + " are read");
      }
      bytes = source.stream().readAllBytes();
    }
    return decode(name, "the file", bytes);
  }

  /** The value of UTF-8 bytes that stand, as {@code what}, in a file. */
  static @Nullable Object decode(String file, String what, byte[] bytes)
      throws MalformedFileException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw MalformedFileException.of(file, what + " is not UTF-8", "check the file", e);
    }
    try {
      return new JsonParser(text).parse();
    } catch (JsonParser.SyntaxException e) {
      throw MalformedFileException.of(
          file, what + " is not JSON: " + e.getMessage(), "check the file", e);
    }
  }

  /**
   * The text of a value, on one line without blanks.
   *
   * @throws IllegalArgumentException if the value has no JSON form
   */
  public static String format(@Nullable Object value) {
    return new JsonWriter("", "").text(value);
  }

  /**
   * The text of a value, one member or element to a line, two blanks per level.
   *
   * @throws IllegalArgumentException if the value has no JSON form
   */
  public static String formatIndented(@Nullable Object value) {
    return new JsonWriter("\n", "  ").text(value);
  }

  /**
   * Writes a value, indented, as a UTF-8 file ending in a line break; atomically.
   *
   * @throws IllegalArgumentException if the value has no JSON form
   * @throws IOException if the file cannot be written; an earlier one is then untouched
   */
  public static void write(Path file, @Nullable Object value) throws IOException {
    String text = formatIndented(value) + "\n";
    AtomicFiles.write(
        file,
        out -> {
          Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          writer.write(text);
          writer.flush();
        });
  }
}
