package org.neuralharmonizer.study.psychophysics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.CsvLines;
import org.neuralharmonizer.psychophysics.Categories;

/** The category of each image of an experiment. */
public final class Truth {
  private static final int MOST_CLASSES = 1 << 20;

  private final Map<String, String> categories;

  private Truth(Map<String, String> categories) {
    this.categories = Map.copyOf(categories);
  }

  /**
   * The categories of the classes by which a manifest labels its images.
   *
   * @throws IllegalArgumentException if an image has no label, or none of those classes
   */
  public static Truth ofLabels(StimulusManifest manifest, Categories categories) {
    Map<String, String> found = new HashMap<>();
    for (Stimulus each : manifest.stimuli()) {
      if (!each.label().matches("\\d{1,9}")) {
        throw new IllegalArgumentException(
            "stimuli: \"%s\" has no label — give a table of images and categories, or draw the stimuli with labels"
                .formatted(each.image()));
      }
      found.put(each.image(), categories.of(Integer.parseInt(each.label())));
    }
    return new Truth(found);
  }

  /**
   * Categories of a table {@code image,category}.
   *
   * @throws IllegalArgumentException if an image of the manifest has none, naming all
   * @throws IOException if it cannot be read
   */
  public static Truth read(Path file, StimulusManifest manifest) throws IOException {
    Map<String, String> found = new HashMap<>();
    CsvLines.read(
        file,
        List.of("image", "category"),
        line -> {
          if (found.put(line.text("image"), line.text("category")) != null) {
            throw line.wrong("\"" + line.text("image") + "\" comes twice", "remove one");
          }
        });
    List<String> missing =
        manifest.images().stream().filter(image -> !found.containsKey(image)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "categories \"%s\": none for %s — add them".formatted(file, missing));
    }
    return new Truth(found);
  }

  /**
   * Which category each class belongs to, of a table {@code class,category}.
   *
   * @param classes that there must be
   * @throws IllegalArgumentException if one is missing
   * @throws IOException if the file cannot be read
   */
  public static Categories categories(Path file, int classes) throws IOException {
    List<@Nullable String> found = new ArrayList<>(Collections.nCopies(classes, null));
    CsvLines.read(
        file,
        List.of("class", "category"),
        line -> {
          int label = line.whole("class");
          if (label < 0 || label >= Math.min(classes, MOST_CLASSES)) {
            throw line.wrong("class " + label + " of " + classes, "number them from 0");
          }
          if (found.set(label, line.text("category")) != null) {
            throw line.wrong("class " + label + " comes twice", "remove one");
          }
        });
    int missing = found.indexOf(null);
    if (missing >= 0) {
      throw new IllegalArgumentException(
          "categories \"%s\": none for class %d of %d — add it".formatted(file, missing, classes));
    }
    return Categories.of(found.stream().map(String::valueOf).toList());
  }

  /** The category of an image. */
  public String of(String image) {
    return categories.get(image);
  }

  /** All categories, sorted. */
  public List<String> names() {
    return List.copyOf(new TreeSet<>(categories.values()));
  }
}
