package org.neuralharmonizer.io;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A recursive-descent parser; recursion is bounded by {@link Json#DEPTH}. */
final class JsonParser {
  private static final int LITERAL = 400;
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*+)(\\.[0-9]++)?([eE][+-]?[0-9]++)?");

  private final String text;
  private int position;
  private int depth;

  JsonParser(String text) {
    this.text = text;
  }

  /** What is wrong and where. */
  static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    SyntaxException(String message) {
      super(message);
    }
  }

  @Nullable Object parse() throws SyntaxException {
    @Nullable Object value = value();
    blanks();
    if (position < text.length()) {
      throw wrong("more text after the value");
    }
    return value;
  }

  private @Nullable Object value() throws SyntaxException {
    blanks();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object() throws SyntaxException {
    enter();
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    if (!closes('}')) {
      do {
        blanks();
        if (peek() != '"') {
          throw wrong("expected a member's name in quotes");
        }
        String name = string();
        blanks();
        expect(':');
        if (members.containsKey(name)) {
          throw wrong("a second member " + MalformedFileException.quote(name));
        }
        members.put(name, value());
      } while (continues('}'));
    }
    depth--;
    return Collections.unmodifiableMap(members);
  }

  private List<@Nullable Object> array() throws SyntaxException {
    enter();
    List<@Nullable Object> elements = new ArrayList<>();
    if (!closes(']')) {
      do {
        elements.add(value());
      } while (continues(']'));
    }
    depth--;
    return Collections.unmodifiableList(elements);
  }

  private void enter() throws SyntaxException {
    position++;
    if (++depth > Json.DEPTH) {
      throw wrong("nested deeper than " + Json.DEPTH + " levels");
    }
  }

  private boolean closes(char bracket) throws SyntaxException {
    blanks();
    if (peek() != bracket) {
      return false;
    }
    position++;
    return true;
  }

  private boolean continues(char bracket) throws SyntaxException {
    if (closes(bracket)) {
      return false;
    }
    expect(',');
    return true;
  }

  private String string() throws SyntaxException {
    int start = ++position;
    while (peek() != '"' && peek() != '\\') {
      plain();
    }
    if (peek() == '"') {
      return text.substring(start, position++);
    }
    StringBuilder built = new StringBuilder(text.substring(start, position));
    for (char c = peek(); c != '"'; c = peek()) {
      if (c == '\\') {
        position++;
        escape(built);
      } else {
        int from = position;
        plain();
        built.append(text, from, position);
      }
    }
    position++;
    return built.toString();
  }

  /** Steps over one character that stands for itself. */
  private void plain() throws SyntaxException {
    char c = peek();
    if (c < ' ') {
      throw wrong("a control character inside a string");
    }
    position++;
    if (Character.isSurrogate(c)) {
      if (!Character.isHighSurrogate(c) || !Character.isLowSurrogate(peek())) {
        throw wrong("an unpaired surrogate");
      }
      position++;
    }
  }

  private void escape(StringBuilder built) throws SyntaxException {
    char c = peek();
    position++;
    switch (c) {
      case '"', '\\', '/' -> built.append(c);
      case 'b' -> built.append('\b');
      case 'f' -> built.append('\f');
      case 'n' -> built.append('\n');
      case 'r' -> built.append('\r');
      case 't' -> built.append('\t');
      case 'u' -> {
        char unit = hexadecimal();
        built.append(unit);
        if (Character.isHighSurrogate(unit)) {
          expect('\\');
          expect('u');
          char low = hexadecimal();
          built.append(low);
          if (!Character.isLowSurrogate(low)) {
            throw wrong("an unpaired surrogate");
          }
        } else if (Character.isLowSurrogate(unit)) {
          throw wrong("an unpaired surrogate");
        }
      }
      default -> throw wrong("an unknown escape in a string");
    }
  }

  private char hexadecimal() throws SyntaxException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw wrong("expected four hexadecimal digits");
      }
      unit = unit << 4 | digit;
      position++;
    }
    return (char) unit;
  }

  private @Nullable Object word(String word, @Nullable Object value) throws SyntaxException {
    if (!text.startsWith(word, position)) {
      throw wrong("expected a value");
    }
    position += word.length();
    return value;
  }

  private Object number() throws SyntaxException {
    Matcher matcher = NUMBER.matcher(text).region(position, text.length());
    if (!matcher.lookingAt()) {
      throw wrong("expected a value");
    }
    if (matcher.end() - position > LITERAL) {
      // Converting a literal costs the square of its length.
      throw wrong("a number of more than " + LITERAL + " characters");
    }
    String literal = matcher.group();
    boolean whole = matcher.group(1) == null && matcher.group(2) == null;
    Object value = whole ? integer(literal) : (Object) Double.valueOf(literal);
    if (value instanceof Double real && real.isInfinite()) {
      throw wrong("a number beyond the range of double");
    }
    position = matcher.end();
    return value;
  }

  /** A Double for −0, whose sign a Long would lose, and for what does not fit a Long. */
  private static Object integer(String literal) {
    if (literal.equals("-0")) {
      return -0.0;
    }
    try {
      return Long.valueOf(literal);
    } catch (NumberFormatException e) {
      return Double.valueOf(literal);
    }
  }

  private void expect(char c) throws SyntaxException {
    if (peek() != c) {
      throw wrong("expected '" + c + "'");
    }
    position++;
  }

  private char peek() throws SyntaxException {
    if (position >= text.length()) {
      throw wrong("unexpected end");
    }
    return text.charAt(position);
  }

  private void blanks() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private SyntaxException wrong(String what) {
    String before = text.substring(0, Math.min(position, text.length()));
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    return new SyntaxException("line " + line + ", column " + column + ": " + what);
  }
}
