package org.neuralharmonizer.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text that native calls write. */
final class Strings {
  private Strings() {}

  /** What stands before the first zero byte. */
  static String upToZero(byte[] text) {
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, UTF_8);
  }
}
