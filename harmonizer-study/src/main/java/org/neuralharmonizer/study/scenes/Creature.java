package org.neuralharmonizer.study.scenes;

import java.util.Locale;

/**
 * The classes, in the order of their labels. All share body, head, feet and the distribution of
 * colours and textures; two diagnostic parts each tell them apart.
 */
public enum Creature {
  /** Long ears and a round tail. */
  HARE,
  /** A curled, ridged horn and a beard. */
  RAM,
  /** A row of plates on the back and a tail with a barb. */
  DRAGON,
  /** A fan of feathers with eye spots and a crest. */
  PEACOCK,
  /** A forked tail fin and a back fin. */
  FISH,
  /** A pair of wings with eye spots and feelers. */
  MOTH,
  /** A coiled shell and stalked eyes. */
  SNAIL,
  /** A trunk and a large ear. */
  ELEPHANT;

  /** The class number of this creature. */
  public int label() {
    return ordinal();
  }

  /** The name in plain lower case. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
