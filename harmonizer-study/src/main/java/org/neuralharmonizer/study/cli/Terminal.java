package org.neuralharmonizer.study.cli;

import java.io.Console;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What the program was started from. */
final class Terminal {
  private Terminal() {}

  /** Whether somebody can watch a line being redrawn. */
  static boolean isWatched() {
    return Optional.ofNullable(System.console()).filter(Terminal::isTerminal).isPresent();
  }

  /**
   * How text is encoded: as the terminal asks, in files and pipes as UTF-8. ASCII is no wish but
   * the sign of an environment without a locale, whose terminal shows UTF-8 nevertheless.
   */
  static Charset charset() {
    return Optional.ofNullable(System.console())
        .map(Console::charset)
        .filter(charset -> !charset.equals(StandardCharsets.US_ASCII))
        .orElse(StandardCharsets.UTF_8);
  }

  /** From JDK 22 on there may be a console without a terminal, and a method that tells. */
  private static boolean isTerminal(Console console) {
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
