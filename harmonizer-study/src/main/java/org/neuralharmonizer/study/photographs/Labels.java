package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.train.Predictor;

/** The class of each photograph, and where it comes from. Immutable. */
public final class Labels {
  private static final String FORM = "give lines of image,label with the number of the class";

  private final int[] classes;
  private final String source;

  private Labels(int[] classes, String source) {
    this.classes = classes;
    this.source = source;
  }

  /**
   * Labels of a CSV file with lines {@code image,label}: a file name with or without ending, and
   * the number of the class from 0. A first line without a number is a header. Images that are not
   * among the photographs are passed over.
   *
   * @throws IOException if the file cannot be read, a line has another form or an image comes twice
   * @throws IllegalArgumentException if a photograph has no label, naming all
   */
  public static Labels read(Path file, List<String> photographs) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new MalformedFileException("read \"" + file + "\": not UTF-8 text — " + FORM, e);
    }
    Map<String, Integer> found = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replace("\uFEFF", "");
      Integer label = label(line);
      boolean header = i == 0 && line.indexOf(',') > 0;
      if (label != null && found.put(image(line), label) != null) {
        throw wrong(file, i, "\"" + image(line) + "\" has a label already", "remove one");
      }
      if (label == null && !header && !line.isBlank()) {
        throw wrong(file, i, "\"" + line + "\"", FORM);
      }
    }
    List<String> missing = photographs.stream().filter(id -> !found.containsKey(id)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "labels \"%s\": no label for %s — add them".formatted(file, missing));
    }
    return new Labels(
        photographs.stream().mapToInt(found::get).toArray(), "given in " + file.getFileName());
  }

  /**
   * Of photographs that come with their classes.
   *
   * @param source where they come from, in words
   */
  static Labels of(int[] classes, String source) {
    return new Labels(classes.clone(), source);
  }

  /** The network's own predictions. */
  public static Labels predicted(Network network, Photographs photographs, Backend backend) {
    try (Predictor predictor = network.predictor(backend)) {
      return new Labels(
          predictor.classes(network.preprocessing().apply(photographs.pixels())),
          "the network's own predictions");
    }
  }

  /** The class of each photograph, in order. */
  public int[] classes() {
    return classes.clone();
  }

  /** One more than the highest class. */
  public int count() {
    return Arrays.stream(classes).max().orElse(-1) + 1;
  }

  /** Where they come from, in words. */
  public String source() {
    return source;
  }

  private static String image(String line) {
    return Folders.id(cell(line.substring(0, line.lastIndexOf(','))));
  }

  private static @Nullable Integer label(String line) {
    String digits = cell(line.substring(line.lastIndexOf(',') + 1));
    return line.indexOf(',') > 0 && digits.matches("\\d{1,9}") ? Integer.valueOf(digits) : null;
  }

  private static String cell(String raw) {
    String text = raw.strip();
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static MalformedFileException wrong(Path file, int line, String what, String remedy) {
    return new MalformedFileException(
        "read \"%s\", line %d: %s — %s".formatted(file, line + 1, what, remedy));
  }
}
