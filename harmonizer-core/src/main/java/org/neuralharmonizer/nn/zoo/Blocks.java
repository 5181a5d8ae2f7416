package org.neuralharmonizer.nn.zoo;

import java.util.List;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Sequential;

/** What several architectures are made of. */
final class Blocks {
  private static final int DIVISOR = 8;
  private static final double LEAST_KEPT = 0.9;

  private Blocks() {}

  /** A convolution without bias, and the batch norm of its outputs. */
  static Sequential normalised(String conv, String norm, Conv layer, int outputs) {
    return normalised(conv, norm, layer, BatchNorm.of(outputs));
  }

  static Sequential normalised(String conv, String norm, Conv layer, BatchNorm statistics) {
    return Sequential.empty().then(conv, layer.withBias(Bias.NONE)).then(norm, statistics);
  }

  /** How many blocks each stage has, in a list of its own. */
  static List<Integer> ofFourStages(String network, List<Integer> counts) {
    if (counts.size() != 4 || counts.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException(
          network + ": needs a number of blocks for each of four stages, not " + counts);
    }
    return List.copyOf(counts);
  }

  /** Channels times a multiplier, rounded down, at least one. */
  static int scaled(double width, int channels) {
    if (!(width > 0)) {
      throw new IllegalArgumentException(
          "network: the width is a multiplier of all channel counts, not " + width);
    }
    return Math.max(1, (int) (width * channels));
  }

  /** To the nearest multiple of 8, at least 8, but never by more than a tenth down. */
  static int divisible(double channels) {
    int nearest = Math.max(DIVISOR, (int) (channels + DIVISOR / 2) / DIVISOR * DIVISOR);
    return nearest < LEAST_KEPT * channels ? nearest + DIVISOR : nearest;
  }
}
