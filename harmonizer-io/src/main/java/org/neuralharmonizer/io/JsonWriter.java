package org.neuralharmonizer.io;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Text from values; see {@link Json} for what is written how. */
final class JsonWriter {
  /** As in ECMAScript: plain digits for magnitudes from 1e-6 to below 1e21. */
  private static final int PLAIN_FROM = -7;

  private static final int PLAIN_TO = 21;

  private final StringBuilder out = new StringBuilder();
  private final String newline;
  private final String indent;

  JsonWriter(String newline, String indent) {
    this.newline = newline;
    this.indent = indent;
  }

  String text(@Nullable Object value) {
    append(value, 0);
    return out.toString();
  }

  private void append(@Nullable Object value, int depth) {
    if (depth > Json.DEPTH) {
      throw refused("nested deeper than " + Json.DEPTH + " levels", "flatten it");
    }
    if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof String string) {
      quote(string);
    } else if (value instanceof Enum<?> constant) {
      quote(constant.name());
    } else if (value instanceof Number number) {
      out.append(digits(number));
    } else if (value instanceof List<?> list) {
      list(list, depth);
    } else if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else {
      throw refused("a value of " + value.getClass(), "give maps, lists, strings and numbers");
    }
  }

  private void list(List<?> list, int depth) {
    out.append('[');
    String separator = "";
    for (Object element : list) {
      out.append(separator);
      line(depth + 1);
      append(element, depth + 1);
      separator = ",";
    }
    if (!list.isEmpty()) {
      line(depth);
    }
    out.append(']');
  }

  private void object(Map<?, ?> map, int depth) {
    out.append('{');
    String separator = "";
    for (Map.Entry<String, @Nullable Object> member : ordered(map).entrySet()) {
      out.append(separator);
      line(depth + 1);
      quote(member.getKey());
      out.append(newline.isEmpty() ? ":" : ": ");
      append(member.getValue(), depth + 1);
      separator = ",";
    }
    if (!map.isEmpty()) {
      line(depth);
    }
    out.append('}');
  }

  private static Map<String, @Nullable Object> ordered(Map<?, ?> map) {
    // What Json reads is an unmodifiable view of a LinkedHashMap, told apart by its class alone.
    boolean keepsOrder =
        map instanceof LinkedHashMap
            || map instanceof SortedMap
            || map.getClass() == Collections.unmodifiableMap(map).getClass();
    Map<String, @Nullable Object> members = keepsOrder ? new LinkedHashMap<>() : new TreeMap<>();
    for (Map.Entry<?, ?> member : map.entrySet()) {
      if (!(member.getKey() instanceof String name)) {
        throw refused("an object's key " + member.getKey(), "use strings as keys");
      }
      members.put(name, member.getValue());
    }
    return members;
  }

  private void line(int depth) {
    out.append(newline).append(indent.repeat(depth));
  }

  private static String digits(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      if (!Double.isFinite(value)) {
        throw refused("the number " + value, "write null or a string instead");
      }
      return number instanceof Float ? shortest(value, 9) : shortest(value, 17);
    }
    if (number instanceof Byte
        || number instanceof Short
        || number instanceof Integer
        || number instanceof Long) {
      return number.toString();
    }
    throw refused("a number of " + number.getClass(), "convert it to long or double");
  }

  /** Not {@code Double.toString}, whose digits changed in Java 19. */
  private static String shortest(double value, int most) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal rounded = exact;
    for (int precision = 1; precision <= most; precision++) {
      rounded = exact.round(new MathContext(precision));
      boolean same =
          most == 9 ? rounded.floatValue() == (float) value : rounded.doubleValue() == value;
      if (same) {
        break;
      }
    }
    rounded = rounded.stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent < PLAIN_FROM || exponent >= PLAIN_TO) {
      return rounded.toString();
    }
    String plain = rounded.toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  private void quote(String string) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c < ' ' || c == '\u007f' || c == '\u2028' || c == '\u2029') {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < string.length()
          && Character.isLowSurrogate(string.charAt(i + 1))) {
        out.append(c).append(string.charAt(++i));
      } else if (Character.isSurrogate(c)) {
        throw refused("a string with an unpaired surrogate", "give valid Unicode");
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static IllegalArgumentException refused(String what, String remedy) {
    return new IllegalArgumentException("write JSON: " + what + " — " + remedy);
  }
}
