package org.neuralharmonizer.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * One image and the scores of its changed versions: the one door between methods that perturb and a
 * network. A version is told by a mask over pixels, 1 for the image, 0 for the baseline, and
 * anything between for their mixture; all channels share it.
 */
public final class Perturbations {
  private final BlackBox network;
  private final ClassScore score;
  private final float[] image;
  private final float[] baseline;
  private final double[] labels;
  private final Shape shape;

  private Perturbations(
      BlackBox network, ClassScore score, Tensor image, Tensor baseline, Tensor labels) {
    this.network = network;
    this.score = score;
    this.shape = image.shape();
    this.image = image.toArray();
    this.baseline = baseline.toArray();
    this.labels = new double[labels.size()];
    for (int i = 0; i < this.labels.length; i++) {
      this.labels[i] = labels.value(i);
    }
  }

  /**
   * Of each image of a batch.
   *
   * @throws ShapeException if there is no image, or labels are not one row for each
   */
  public static List<Perturbations> of(
      BlackBox network, ClassScore score, Baseline baseline, Tensor images, Tensor labels) {
    Shape batch = images.shape();
    if (batch.rank() != 4 || batch.size() == 0) {
      throw new ShapeException(
          "perturbations: images are " + batch + ", expected N × C × H × W, at least one");
    }
    if (labels.shape().rank() != 2 || labels.shape().extent(0) != batch.extent(0)) {
      throw new ShapeException(
          "perturbations: labels are %s for images %s — one row for each is needed"
              .formatted(labels.shape(), batch));
    }
    Tensor baselines = baseline.of(images);
    List<Perturbations> all = new ArrayList<>();
    for (int i = 0; i < batch.extent(0); i++) {
      all.add(
          new Perturbations(network, score, images.slice(i), baselines.slice(i), labels.slice(i)));
    }
    return all;
  }

  public int height() {
    return shape.extent(1);
  }

  public int width() {
    return shape.extent(2);
  }

  /** Pixels, H · W. */
  public int pixels() {
    return height() * width();
  }

  /** The score of the image itself. */
  public double unchanged() {
    return scores(1, i -> filled(1))[0];
  }

  /** The score of the baseline. */
  public double removed() {
    return scores(1, i -> filled(0))[0];
  }

  /**
   * The scores of many versions, asked for in batches of the network's size.
   *
   * @param mask the mask of a version, H · W row by row
   */
  public double[] scores(int versions, IntFunction<float[]> mask) {
    double[] scores = new double[versions];
    int batch = Math.max(1, network.maxBatch());
    for (int from = 0; from < versions; from += batch) {
      int size = Math.min(batch, versions - from);
      float[] mixed = new float[Math.multiplyExact(size, image.length)];
      for (int i = 0; i < size; i++) {
        mix(mask.apply(from + i), mixed, i * image.length);
      }
      Tensor logits = network.logits(Tensor.adopt(shape.within(size), mixed));
      if (!logits.shape().equals(Shape.of(size, labels.length))) {
        throw new ShapeException(
            "perturbations: the network answers %d images with %s, the labels are of %d classes"
                .formatted(size, logits.shape(), labels.length));
      }
      for (int i = 0; i < size; i++) {
        scores[from + i] = score.of(logits.slice(i).toArray(), labels);
      }
    }
    return scores;
  }

  private void mix(float[] mask, float[] target, int offset) {
    assert mask.length == pixels();
    for (int i = 0; i < image.length; i++) {
      float kept = mask[i % mask.length];
      target[offset + i] = kept * image[i] + (1 - kept) * baseline[i];
    }
  }

  private float[] filled(float value) {
    float[] mask = new float[pixels()];
    Arrays.fill(mask, value);
    return mask;
  }
}
