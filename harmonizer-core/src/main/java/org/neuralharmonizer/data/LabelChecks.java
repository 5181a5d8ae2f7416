package org.neuralharmonizer.data;

import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/** Checks at the door of {@link LabeledImages}, and the gathering of rows for its batches. */
final class LabelChecks {
  /** Float labels of a thousand classes, each rounded, sum to 1 within about 1e-4. */
  private static final double SUM_TOLERANCE = 1e-3;

  private LabelChecks() {}

  static Tensor oneHot(int[] labels, int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "labeled images: " + classes + " classes, need at least 1");
    }
    float[] rows = new float[Math.multiplyExact(labels.length, classes)];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "labeled images: label %d of image %d is not one of the %d classes 0 … %d"
                .formatted(labels[i], i, classes, classes - 1));
      }
      rows[i * classes + labels[i]] = 1;
    }
    return Tensor.adopt(Shape.of(labels.length, classes), rows);
  }

  static void requireDistributions(Tensor labels, int images) {
    Shape shape = labels.shape();
    if (shape.rank() != 2 || shape.extent(0) != images || shape.extent(1) == 0) {
      throw new ShapeException(
          "labeled images: labels of shape %s for %d images, need [%d, K]"
              .formatted(shape, images, images));
    }
    int classes = shape.extent(1);
    for (int i = 0; i < images; i++) {
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        float weight = labels.value(i * classes + k);
        if (!(weight >= 0)) {
          throw new IllegalArgumentException(
              "labeled images: label weight %s of image %d, class %d — must not be negative or NaN"
                  .formatted(weight, i, k));
        }
        sum += weight;
      }
      if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
        throw new IllegalArgumentException(
            "labeled images: label weights of image %d sum to %s, not to 1".formatted(i, sum));
      }
    }
  }

  static float[] mapWeights(double[] weights, int images) {
    if (weights.length != images) {
      throw new IllegalArgumentException(
          "labeled images: %d map weights for %d images".formatted(weights.length, images));
    }
    float[] checked = new float[images];
    for (int i = 0; i < images; i++) {
      if (!(weights[i] >= 0 && weights[i] <= 1)) {
        throw new IllegalArgumentException(
            "labeled images: map weight %s of image %d is not in [0, 1]".formatted(weights[i], i));
      }
      checked[i] = (float) weights[i];
    }
    return checked;
  }

  static Tensor gather(Tensor rows, int[] positions) {
    int count = rows.shape().extent(0);
    Shape shape = rows.shape().with(0, positions.length);
    float[] gathered = new float[shape.size()];
    int size = rows.size() / count;
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] < 0 || positions[i] >= count) {
        throw new IllegalArgumentException(
            "labeled images: no image %d, there are %d (0 … %d)"
                .formatted(positions[i], count, count - 1));
      }
      rows.slice(positions[i]).copyTo(gathered, i * size);
    }
    return Tensor.adopt(shape, gathered);
  }
}
