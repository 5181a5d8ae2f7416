package org.neuralharmonizer.alignment;

import java.util.OptionalDouble;
import org.neuralharmonizer.data.ImportanceMap;

/**
 * Dice's coefficient of the two maps' top regions A and B: 2 |A ∩ B| / (|A| + |B| + ε), ε = 1e-9,
 * in [0, 1]. A region is the pixels strictly greater than the map's 90th percentile (linear
 * interpolation), so a constant map has none; two empty regions score 0, as in the released code.
 * Symmetric and always defined.
 *
 * @see <a href="https://github.com/serre-lab/Harmonization">serre-lab/Harmonization,
 *     evaluation/metrics.py</a>
 */
public final class Dice implements AlignmentMeasure {
  static final Dice AS_RELEASED = new Dice();

  private Dice() {}

  @Override
  public OptionalDouble score(ImportanceMap predicted, ImportanceMap human) {
    MapPair.requireSameSize("dice", predicted, human);
    TopPixels top = TopPixels.of(predicted, human, TopPixels.PERCENT_AS_RELEASED);
    return OptionalDouble.of(
        2.0 * top.both() / (top.first() + top.second() + TopPixels.EPSILON_AS_RELEASED));
  }

  @Override
  public String name() {
    return "Dice above the 90th percentile";
  }

  @Override
  public String toString() {
    return name();
  }
}
