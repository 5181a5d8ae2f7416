package org.neuralharmonizer.alignment;

import java.util.OptionalDouble;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.Resampling;

/**
 * A measure of maps made smaller first, each pixel of the smaller one the mean of the area it
 * covers: agreement about regions, not pixels. A side has at least one pixel.
 */
record CoarseMeasure(AlignmentMeasure measure, int factor) implements AlignmentMeasure {
  CoarseMeasure {
    if (factor < 1) {
      throw new IllegalArgumentException(
          "coarse measure: factor " + factor + " — maps are made smaller by at least 1");
    }
  }

  @Override
  public OptionalDouble score(ImportanceMap predicted, ImportanceMap human) {
    MapPair.requireSameSize(name(), predicted, human);
    return measure.score(smaller(predicted), smaller(human));
  }

  @Override
  public String name() {
    return factor == 1 ? measure.name() : measure.name() + ", maps " + factor + " times smaller";
  }

  private ImportanceMap smaller(ImportanceMap map) {
    return factor == 1
        ? map
        : map.prepared(
            Resampling.AREA.to(
                Math.max(1, map.height() / factor), Math.max(1, map.width() / factor)));
  }
}
