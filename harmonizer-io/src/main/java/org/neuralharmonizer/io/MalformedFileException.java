package org.neuralharmonizer.io;

import java.io.IOException;
import java.util.Locale;

/**
 * A file whose content is not what its format promises, or is more than the limits allow. The
 * message reads <i>read "file": what is wrong — what to do</i>.
 */
public class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 80;

  /** An exception with a complete message. */
  public MalformedFileException(String message) {
    super(message);
  }

  /** An exception with a complete message and what gave rise to it. */
  public MalformedFileException(String message, Throwable cause) {
    super(message, cause);
  }

  /** An exception about a file. */
  public static MalformedFileException of(String file, String wrong, String remedy) {
    return new MalformedFileException("read \"" + file + "\": " + wrong + " — " + remedy);
  }

  static MalformedFileException of(String file, String wrong, String remedy, Throwable cause) {
    return new MalformedFileException("read \"" + file + "\": " + wrong + " — " + remedy, cause);
  }

  /**
   * Text out of a file, in quotes, fit for one line of a log: shortened, control characters
   * escaped.
   */
  public static String quote(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.codePoints()
        .limit(SHOWN)
        .forEach(
            point -> {
              if (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.append(text.codePointCount(0, text.length()) > SHOWN ? "…\"" : "\"").toString();
  }
}
