package org.neuralharmonizer.study.photographs;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.alignment.AlignmentMeasure;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.HumanAlignment;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/**
 * What a network sees in images, and how well that agrees with people.
 *
 * @param mapped the images that have a map, on which alignment is measured
 * @param logits of all images, N × K
 * @param accuracy the share of all images whose highest logit is that of their label
 * @param saliency one map per image that has a human map
 */
public record NetworkScores(
    LabeledImages mapped,
    Tensor logits,
    double accuracy,
    List<ImportanceMap> saliency,
    AlignmentResult spearman,
    AlignmentResult dice,
    AlignmentResult intersectionOverUnion) {

  /**
   * Scores a network.
   *
   * @param images at least one with a map; the class explained is that of the label
   * @param seed of the bootstrap
   */
  public static NetworkScores of(
      Network network,
      LabeledImages images,
      ExplanationFunctional explanation,
      long seed,
      Backend backend) {
    LabeledImages mapped = images.onlyMapped();
    try (Predictor predictor = network.predictor(backend)) {
      LabeledImages.Batch all = images.all();
      LabeledImages.Batch explained = mapped.all();
      Tensor logits = predictor.logits(all.images());
      Tensor saliency = predictor.explain(explanation, explained.images(), explained.labels());
      Bootstrap bootstrap = Bootstrap.seeded(seed);
      return new NetworkScores(
          mapped,
          logits,
          accuracy(logits, images),
          ImportanceMap.split(saliency),
          alignment(AlignmentMeasure.spearman(), bootstrap).evaluate(saliency, mapped),
          alignment(AlignmentMeasure.dice(), bootstrap).evaluate(saliency, mapped),
          alignment(AlignmentMeasure.intersectionOverUnion(), bootstrap)
              .evaluate(saliency, mapped));
    }
  }

  /** The class of the highest logit of an image, the first of equals. */
  public int predicted(int image) {
    return predicted(logits, image);
  }

  /** The probabilities of all classes by softmax, N × K. */
  public Tensor probabilities() {
    int classes = logits.shape().extent(1);
    double[] highest = new double[logits.shape().extent(0)];
    Arrays.setAll(highest, i -> logits.at(i, predicted(i)));
    double[] sums = new double[highest.length];
    for (int i = 0; i < logits.size(); i++) {
      sums[i / classes] += Math.exp(logits.value(i) - highest[i / classes]);
    }
    return Tensor.generate(
        logits.shape(), i -> Math.exp(logits.value(i) - highest[i / classes]) / sums[i / classes]);
  }

  /** The share of images that another state of the network puts into the same class. */
  public double agreement(NetworkScores other) {
    int images = logits.shape().extent(0);
    return IntStream.range(0, images).filter(i -> predicted(i) == other.predicted(i)).count()
        / (double) images;
  }

  /** How far another state's logits are from these: ‖other − these‖ / ‖these‖. */
  public double relativeChange(NetworkScores other) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < logits.size(); i++) {
      double change = (double) other.logits.value(i) - logits.value(i);
      difference += change * change;
      size += (double) logits.value(i) * logits.value(i);
    }
    return Math.sqrt(difference / size);
  }

  private static HumanAlignment alignment(AlignmentMeasure measure, Bootstrap bootstrap) {
    return HumanAlignment.measuredBy(measure).withBootstrap(bootstrap);
  }

  private static double accuracy(Tensor logits, LabeledImages images) {
    return IntStream.range(0, images.size())
            .filter(i -> predicted(logits, i) == images.label(i))
            .count()
        / (double) images.size();
  }

  private static int predicted(Tensor logits, int image) {
    int best = 0;
    for (int k = 1; k < logits.shape().extent(1); k++) {
      best = logits.at(image, k) > logits.at(image, best) ? k : best;
    }
    return best;
  }
}
