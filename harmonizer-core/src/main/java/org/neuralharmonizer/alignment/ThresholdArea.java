package org.neuralharmonizer.alignment;

import java.util.OptionalDouble;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The area under intersection over union by threshold: both maps are stretched to [0, 1], cut at
 * 0.05, 0.10, … 0.95 (a pixel is in where it is strictly greater), and the intersections over union
 * are summed by the trapezoidal rule. Not divided by the range, so the greatest value is 0.9.
 * Symmetric. Where neither map has a pixel above a threshold the overlap counts 0, which cannot
 * happen to a map that is not constant; with a constant map the area is undefined, so empty.
 *
 * @see <a href="https://github.com/serre-lab/human_clickme_data_processing">the metric of the
 *     ClickMe processing code</a>
 */
public final class ThresholdArea implements AlignmentMeasure {
  static final ThresholdArea AS_RELEASED = new ThresholdArea();

  private static final int THRESHOLDS = 19;
  private static final double STEP = 0.05;

  private ThresholdArea() {}

  @Override
  public OptionalDouble score(ImportanceMap predicted, ImportanceMap human) {
    MapPair.requireSameSize("threshold area", predicted, human);
    double[] first = stretched(predicted.values());
    double[] second = stretched(human.values());
    if (first.length == 0 || second.length == 0) {
      return OptionalDouble.empty();
    }
    double area = 0;
    double last = overlap(first, second, STEP);
    for (int i = 2; i <= THRESHOLDS; i++) {
      double next = overlap(first, second, STEP * i);
      area += STEP * (last + next) / 2;
      last = next;
    }
    return OptionalDouble.of(area);
  }

  @Override
  public String name() {
    return "area under intersection over union, thresholds 0.05 to 0.95";
  }

  @Override
  public String toString() {
    return name();
  }

  private static double overlap(double[] first, double[] second, double threshold) {
    int both = 0;
    int either = 0;
    for (int i = 0; i < first.length; i++) {
      boolean inFirst = first[i] > threshold;
      boolean inSecond = second[i] > threshold;
      both += inFirst && inSecond ? 1 : 0;
      either += inFirst || inSecond ? 1 : 0;
    }
    return either == 0 ? 0 : both / (double) either;
  }

  /** Of a constant map nothing. */
  private static double[] stretched(Tensor values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.size(); i++) {
      low = Math.min(low, values.value(i));
      high = Math.max(high, values.value(i));
    }
    double[] stretched = new double[high > low ? values.size() : 0];
    for (int i = 0; i < stretched.length; i++) {
      stretched[i] = (values.value(i) - low) / (high - low);
    }
    return stretched;
  }
}
