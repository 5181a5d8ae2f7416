package org.neuralharmonizer.alignment;

import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The sizes of two maps' top regions and of their intersection. A pixel is on top if it is strictly
 * greater than a percentile of its map, taken by linear interpolation between order statistics;
 * pixels tied with the threshold are not, so a region may be smaller than its share, or empty.
 */
record TopPixels(int first, int second, int both) {
  static final double PERCENT_AS_RELEASED = 90;
  static final double EPSILON_AS_RELEASED = 1e-9;

  static TopPixels of(ImportanceMap predicted, ImportanceMap human, double percent) {
    double firstThreshold = threshold(predicted.values(), percent);
    double secondThreshold = threshold(human.values(), percent);
    int first = 0;
    int second = 0;
    int both = 0;
    for (int i = 0; i < predicted.values().size(); i++) {
      int inFirst = predicted.values().value(i) > firstThreshold ? 1 : 0;
      int inSecond = human.values().value(i) > secondThreshold ? 1 : 0;
      first += inFirst;
      second += inSecond;
      both += inFirst & inSecond;
    }
    return new TopPixels(first, second, both);
  }

  static double threshold(Tensor values, double percent) {
    double[] widened = new double[values.size()];
    for (int i = 0; i < widened.length; i++) {
      widened[i] = values.value(i);
    }
    return Percentiles.of(widened, percent);
  }

  int either() {
    return first + second - both;
  }
}
