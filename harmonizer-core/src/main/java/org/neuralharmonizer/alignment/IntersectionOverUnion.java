package org.neuralharmonizer.alignment;

import java.util.OptionalDouble;
import org.neuralharmonizer.data.ImportanceMap;

/**
 * Intersection over union of the two maps' top regions A and B: |A ∩ B| / (|A ∪ B| + ε), ε = 1e-9,
 * in [0, 1]. A region is the pixels strictly greater than the map's 90th percentile (linear
 * interpolation), so a constant map has none; two empty regions score 0, as in the released code.
 * Symmetric and always defined.
 *
 * @see <a href="https://github.com/serre-lab/Harmonization">serre-lab/Harmonization,
 *     evaluation/metrics.py</a>
 */
public final class IntersectionOverUnion implements AlignmentMeasure {
  static final IntersectionOverUnion AS_RELEASED = new IntersectionOverUnion();

  private IntersectionOverUnion() {}

  @Override
  public OptionalDouble score(ImportanceMap predicted, ImportanceMap human) {
    MapPair.requireSameSize("intersection over union", predicted, human);
    TopPixels top = TopPixels.of(predicted, human, TopPixels.PERCENT_AS_RELEASED);
    return OptionalDouble.of(top.both() / (top.either() + TopPixels.EPSILON_AS_RELEASED));
  }

  @Override
  public String name() {
    return "intersection over union above the 90th percentile";
  }

  @Override
  public String toString() {
    return name();
  }
}
