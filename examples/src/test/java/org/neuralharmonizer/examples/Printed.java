package org.neuralharmonizer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What a program printed. */
record Printed(String text) {

  /** A program with its arguments. */
  @FunctionalInterface
  interface Main {
    void run(String[] arguments) throws Exception;
  }

  static Printed by(Main program, String... arguments) throws Exception {
    PrintStream out = System.out;
    Locale locale = Locale.getDefault();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      Locale.setDefault(Locale.ROOT);
      program.run(arguments);
    } finally {
      System.setOut(out);
      Locale.setDefault(locale);
    }
    return new Printed(bytes.toString(StandardCharsets.UTF_8));
  }

  /** The numbers of the only line that begins with a name, after any spaces. */
  double[] row(String name) {
    String[] lines =
        text.lines()
            .map(String::strip)
            .filter(each -> each.startsWith(name))
            .toArray(String[]::new);
    assertThat(lines).as("lines that begin with \"%s\" in%n%s", name, text).hasSize(1);
    return Arrays.stream(lines[0].substring(name.length()).split("[^-+.0-9]+"))
        .filter(each -> each.matches("[-+]?[0-9]+\\.[0-9]+"))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
