package org.neuralharmonizer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON into {@code Map}, {@code List}, {@code Double}, {@code String}, {@code Boolean} and
 * {@code null}. Strict, but for {@code NaN}, {@code Infinity} and {@code -Infinity}, which Python
 * writes.
 */
public final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** The value of a file. */
  public static Object read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value of a text. */
  public static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.space();
    if (json.at < text.length()) {
      throw json.error("the end");
    }
    return value;
  }

  /** A value as an object. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  /** A value as an array. */
  @SuppressWarnings("unchecked")
  public static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  /** An array of numbers; {@code null} becomes NaN. */
  public static double[] doubles(Object value) {
    return list(value).stream().mapToDouble(Json::number).toArray();
  }

  /** An array of integers. */
  public static int[] ints(Object value) {
    return list(value).stream().mapToInt(each -> Math.toIntExact((long) number(each))).toArray();
  }

  /** A number; {@code null} becomes NaN. */
  public static double number(@Nullable Object value) {
    return value == null ? Double.NaN : (Double) value;
  }

  private @Nullable Object value() {
    space();
    char first = at < text.length() ? text.charAt(at) : ' ';
    return switch (first) {
      case '{' -> members();
      case '[' -> elements();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      case 'N' -> word("NaN", Double.NaN);
      case 'I' -> word("Infinity", Double.POSITIVE_INFINITY);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> members() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    expect('{');
    if (!take('}')) {
      do {
        space();
        String name = string();
        expect(':');
        if (members.containsKey(name)) {
          throw error("a name other than " + name + " again");
        }
        members.put(name, value());
      } while (take(','));
      expect('}');
    }
    return members;
  }

  private List<@Nullable Object> elements() {
    List<@Nullable Object> elements = new ArrayList<>();
    expect('[');
    if (!take(']')) {
      do {
        elements.add(value());
      } while (take(','));
      expect(']');
    }
    return elements;
  }

  private String string() {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (true) {
      char next = next();
      if (next == '"') {
        return string.toString();
      }
      if (next < ' ') {
        throw error("no control character in a string");
      }
      string.append(next == '\\' ? escaped() : next);
    }
  }

  private char escaped() {
    char code = next();
    return switch (code) {
      case '"', '\\', '/' -> code;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        at += 4;
        if (at > text.length()) {
          throw error("four hexadecimal digits");
        }
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> throw error("an escape");
    };
  }

  private Double number() {
    if (text.startsWith("-Infinity", at)) {
      return (Double) word("-Infinity", Double.NEGATIVE_INFINITY);
    }
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(from, at);
    if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
      throw error("a value");
    }
    return Double.valueOf(digits);
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw error(word);
    }
    at += word.length();
    return value;
  }

  private char next() {
    if (at >= text.length()) {
      throw error("more text");
    }
    return text.charAt(at++);
  }

  private void expect(char wanted) {
    if (!take(wanted)) {
      throw error("'" + wanted + "'");
    }
  }

  private boolean take(char wanted) {
    space();
    boolean found = at < text.length() && text.charAt(at) == wanted;
    if (found) {
      at++;
    }
    return found;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException error(String wanted) {
    return new IllegalArgumentException("json: expected " + wanted + " at position " + at);
  }
}
