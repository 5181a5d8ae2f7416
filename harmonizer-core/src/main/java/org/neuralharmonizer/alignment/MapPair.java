package org.neuralharmonizer.alignment;

import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.ShapeException;

/** The check that two maps can be compared pixel by pixel. */
final class MapPair {
  private MapPair() {}

  static void requireSameSize(String operation, ImportanceMap predicted, ImportanceMap human) {
    if (predicted.height() != human.height() || predicted.width() != human.width()) {
      throw new ShapeException(
          "%s: predicted map is %d × %d, human map %d × %d — resize one of them with Resampling"
              .formatted(
                  operation, predicted.height(), predicted.width(), human.height(), human.width()));
    }
  }
}
