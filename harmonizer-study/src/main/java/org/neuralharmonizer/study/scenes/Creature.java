package org.neuralharmonizer.study.scenes;

import java.util.Arrays;
import java.util.Locale;

/**
 * The classes, in the order of their labels. All share body, head, feet and the distribution of
 * colours and textures; two diagnostic parts each tell them apart.
 */
public enum Creature {
  /** Long ears and a round tail. */
  HARE(0),
  /** A curled, ridged horn and a beard. */
  RAM(1),
  /** A row of plates on the back and a tail with a barb. */
  DRAGON(2),
  /** A fan of feathers with eye spots and a crest. */
  PEACOCK(3),
  /** A forked tail fin and a back fin. */
  FISH(4),
  /** A pair of wings with eye spots and feelers. */
  MOTH(5),
  /** A coiled shell and stalked eyes. */
  SNAIL(6),
  /** A trunk and a large ear. */
  ELEPHANT(7);

  private final int label;

  Creature(int label) {
    this.label = label;
  }

  /** The creature of a class number. */
  static Creature labeled(int label) {
    return Arrays.stream(values())
        .filter(creature -> creature.label == label)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("scenes: no creature has label " + label));
  }

  /** The class number of this creature. */
  public int label() {
    return label;
  }

  /** The name in plain lower case. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
