package org.neuralharmonizer.study.comparison;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of a list of networks.
 *
 * @param name in the report, unique
 * @param network of the catalogue, or {@link #MAPS} or {@link #SCORES} for results from elsewhere
 * @param source file of weights, folder of maps, or table of scores
 * @param baseline the name of the network that this one was harmonized from
 * @param accuracy given, if it was measured elsewhere
 */
public record NetworkEntry(
    String name, String network, Path source, Optional<String> baseline, OptionalDouble accuracy) {
  /** Maps from elsewhere: a folder of square N.npy over the central square of every photograph. */
  public static final String MAPS = "maps";

  /** Spearman correlations from elsewhere: lines {@code image,score}. */
  public static final String SCORES = "scores";

  /** Whether the catalogue knows the network. */
  public boolean isNetwork() {
    return !network.equals(MAPS) && !network.equals(SCORES);
  }
}
