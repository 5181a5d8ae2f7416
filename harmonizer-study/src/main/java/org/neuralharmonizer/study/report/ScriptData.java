package org.neuralharmonizer.study.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Data for a script element: JSON in which no text can end the element or start a comment. */
public final class ScriptData {
  private ScriptData() {}

  /** Of maps with text keys, lists, texts and numbers; numbers that are not finite become null. */
  public static String of(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> text(entry.getKey().toString()) + ":" + of(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ScriptData::of).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? number.toString() : "null";
    }
    return value instanceof Integer ? value.toString() : text(value.toString());
  }

  private static String text(String raw) {
    var escaped = new StringBuilder("\"");
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ' || c > '~' || c == '<' || c == '>' || c == '&') {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.append('"').toString();
  }
}
