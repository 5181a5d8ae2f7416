package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which files are photographs, and which maps belong to them. */
final class Folders {
  private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png");
  private static final Set<String> MAPS = Set.of("npy", "npz", "jpg", "jpeg", "png");

  /** What may follow an image's name in the name of its map. */
  private static final String SEPARATORS = "_-.";

  private Folders() {}

  /**
   * The photographs of a folder by their name without ending, in the order of names.
   *
   * @throws IllegalArgumentException if there is none, or two differ in their ending only
   */
  static Map<String, Path> photographs(Path folder) throws IOException {
    Map<String, Path> found = new TreeMap<>();
    for (Path file : files(folder, PICTURES)) {
      Path other = found.put(stem(file), file);
      if (other != null) {
        throw new IllegalArgumentException(
            "images: \"%s\" and \"%s\" have the same name but for the ending — rename one"
                .formatted(other, file));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "images: no .jpg, .jpeg or .png in \"" + folder + "\" — name the folder that holds them");
    }
    return found;
  }

  /**
   * The files that hold maps, by photograph: those named like it, or like it and a separator and
   * more. What fits several photographs belongs to the one with the longest name.
   *
   * @throws IllegalArgumentException if no file belongs to a photograph
   */
  static Map<String, List<Path>> maps(Path folder, Set<String> photographs) throws IOException {
    Map<String, List<Path>> found = new LinkedHashMap<>();
    List<Path> files = files(folder, MAPS);
    for (Path file : files) {
      String stem = stem(file);
      for (int end = stem.length(); end > 0; end--) {
        boolean whole = end == stem.length() || SEPARATORS.indexOf(stem.charAt(end)) >= 0;
        if (whole && photographs.contains(stem.substring(0, end))) {
          found.computeIfAbsent(stem.substring(0, end), key -> new ArrayList<>()).add(file);
          break;
        }
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "maps: none of the %d maps (.npy, .npz, .png, .jpg) in \"%s\" belongs to an image"
                  .formatted(files.size(), folder)
              + " — name the map of N.jpg N.npy, or N_ and anything more");
    }
    return new HashMap<>(found);
  }

  /** What a photograph is called whose file is named with or without its ending. */
  static String id(String name) {
    int dot = name.lastIndexOf('.');
    boolean picture =
        dot > 0 && PICTURES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    return picture ? name.substring(0, dot) : name;
  }

  /** A file's name without its ending. */
  static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** The ending of a file's name in lower case. */
  static String ending(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static List<Path> files(Path folder, Set<String> endings) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("read \"" + folder + "\": there is no such folder — check the path");
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> endings.contains(ending(file)) && !stem(file).startsWith("."))
          .filter(file -> !stem(file).isEmpty() && Files.isRegularFile(file))
          .sorted()
          .toList();
    }
  }
}
