package org.neuralharmonizer.psychophysics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Which of a few categories, between which people decide, each class of a network belongs to. Every
 * class belongs to one.
 */
public final class Categories {
  private static final int IMAGENET_CLASSES = 1000;

  /** Classes 0 … 397 of ImageNet are animals; no later one is. */
  private static final int IMAGENET_ANIMALS = 398;

  private final List<String> names;
  private final int[] ofClass;

  private Categories(List<String> names, int[] ofClass) {
    this.names = names;
    this.ofClass = ofClass;
  }

  /**
   * Categories by the name of that of each class, in the order in which they come.
   *
   * @throws IllegalArgumentException if there are fewer than two
   */
  public static Categories of(List<String> categoryOfClass) {
    List<String> names = new ArrayList<>(new LinkedHashSet<>(categoryOfClass));
    if (names.size() < 2) {
      throw new IllegalArgumentException(
          "categories: all classes belong to %s — there must be two to decide between"
              .formatted(names));
    }
    return new Categories(
        List.copyOf(names), categoryOfClass.stream().mapToInt(names::indexOf).toArray());
  }

  /** {@code animal} and {@code object} for the 1000 classes of ImageNet. */
  public static Categories animalsOfImageNet() {
    String[] category = new String[IMAGENET_CLASSES];
    Arrays.fill(category, 0, IMAGENET_ANIMALS, "animal");
    Arrays.fill(category, IMAGENET_ANIMALS, IMAGENET_CLASSES, "object");
    return of(List.of(category));
  }

  /** The categories. */
  public List<String> names() {
    return names;
  }

  /** The number of classes, K. */
  public int classes() {
    return ofClass.length;
  }

  /** The position in {@link #names} of the category of a class. */
  public int position(int label) {
    if (label < 0 || label >= ofClass.length) {
      throw new IllegalArgumentException(
          "categories: class %d of %d".formatted(label, ofClass.length));
    }
    return ofClass[label];
  }

  /** The category of a class. */
  public String of(int label) {
    return names.get(position(label));
  }

  @Override
  public String toString() {
    int[] counts = new int[names.size()];
    Arrays.stream(ofClass).forEach(category -> counts[category]++);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      parts.add(counts[i] + " classes of " + names.get(i));
    }
    return String.join(", ", parts);
  }
}
