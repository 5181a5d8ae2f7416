package org.neuralharmonizer.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.neuralharmonizer.data.ImageCatalogue;

/**
 * Labelled photographs without maps: a folder with a folder for each class, as ImageNet is
 * unpacked. A class is the position of its folder's name among all, in the order of their
 * characters, which for ImageNet's synsets is the usual numbering. Pictures end in .jpg, .jpeg or
 * .png, in upper or lower case, and lie in the folder of the class itself; hidden files are passed
 * over.
 */
public final class ClassFolders implements ImageCatalogue {
  private final Path folder;
  private final List<String> classes;

  /** Of all files, below the folder; no more is kept of a million photographs. */
  private final List<String> ids;

  private final int[] labels;

  private ClassFolders(Path folder, List<String> classes, List<String> ids, int[] labels) {
    this.folder = folder;
    this.classes = classes;
    this.ids = ids;
    this.labels = labels;
  }

  /**
   * Lists a folder of folders, and reads none of the pictures.
   *
   * @throws IllegalArgumentException if no folder in it holds a picture
   * @throws IOException if it cannot be listed
   */
  public static ClassFolders open(Path folder) throws IOException {
    List<Path> folders = listed(folder, Files::isDirectory);
    List<String> names = folders.stream().map(ClassFolders::name).toList();
    List<String> ids = new ArrayList<>();
    int[] ends = new int[folders.size()];
    for (int label = 0; label < ends.length; label++) {
      for (Path file : listed(folders.get(label), ClassFolders::isPicture)) {
        ids.add(names.get(label) + "/" + name(file));
      }
      ends[label] = ids.size();
    }
    if (ids.isEmpty()) {
      throw new IllegalArgumentException(
          ("images \"%s\": none of its %d folders holds a .jpg, .jpeg or .png"
                  + " — name the folder that has one folder for each class")
              .formatted(folder, folders.size()));
    }
    int[] labels = new int[ids.size()];
    for (int label = 1; label < ends.length; label++) {
      Arrays.fill(labels, ends[label - 1], ends[label], label);
    }
    return new ClassFolders(folder, names, List.copyOf(ids), labels);
  }

  private static List<Path> listed(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> !name(path).startsWith(".") && wanted.test(path))
          .sorted((a, b) -> name(a).compareTo(name(b)))
          .toList();
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static boolean isPicture(Path path) {
    String name = name(path).toLowerCase(Locale.ROOT);
    boolean named = name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png");
    return named && Files.isRegularFile(path);
  }

  /** Names of the folders, class by class; a folder may be empty. */
  public List<String> classes() {
    return classes;
  }

  /** CRC-32C over names and lengths of all files in order, which tells data of two runs apart. */
  public String checksum() throws IOException {
    CRC32C checksum = new CRC32C();
    for (int i = 0; i < ids.size(); i++) {
      String line = ids.get(i) + " " + Files.size(file(i)) + "\n";
      checksum.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Long.toHexString(checksum.getValue());
  }

  @Override
  public int size() {
    return ids.size();
  }

  @Override
  public Entry entry(int position) {
    return new Entry(
        ids.get(position),
        file(position).toString(),
        OptionalInt.of(labels[position]),
        OptionalInt.empty(),
        false);
  }

  @Override
  public Sample read(int position) throws IOException {
    return new Sample(Images.read(file(position)), Optional.empty());
  }

  private Path file(int position) {
    return folder.resolve(ids.get(position));
  }

  @Override
  public String mapConvention() {
    return "no maps";
  }

  @Override
  public String description() {
    return "%d folders of \"%s\"".formatted(classes.size(), name(folder));
  }
}
