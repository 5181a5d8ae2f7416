package org.neuralharmonizer.study.report;

/** Escaping, and the few shapes of markup that several blocks share. */
public final class Html {
  /** A content security policy that forbids the browser itself to fetch anything. */
  public static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

  private static final char REPLACEMENT = '\uFFFD';

  private Html() {}

  /** Text for element content and for attributes in double quotes. */
  public static String text(String raw) {
    var escaped = new StringBuilder(raw.length() + 16);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(isAllowed(raw, i) ? c : REPLACEMENT);
      }
    }
    return escaped.toString();
  }

  /** HTML forbids control characters, and UTF-8 cannot hold half of a surrogate pair. */
  private static boolean isAllowed(String raw, int i) {
    char c = raw.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < raw.length() && Character.isLowSurrogate(raw.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i > 0 && Character.isHighSurrogate(raw.charAt(i - 1));
    }
    return c == '\n' || c == '\t' || !Character.isISOControl(c);
  }

  static String element(String name, String attributes, String content) {
    String open = attributes.isEmpty() ? name : name + " " + attributes;
    return "<" + open + ">" + content + "</" + name + ">";
  }

  static String caption(String raw) {
    return raw.isEmpty() ? "" : element("figcaption", "", text(raw));
  }
}
