package org.neuralharmonizer.bench;

import java.util.Arrays;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Seeded random inputs: time does not depend on what is seen, only on sizes and ties. */
final class Samples {
  private static final long SEED = 1;

  private Samples() {}

  /** Standard normal values. */
  static Tensor normal(Shape shape, long stream) {
    SeededRandom random = SeededRandom.of(SEED).stream(stream);
    return Tensor.generate(shape, i -> random.nextGaussian());
  }

  /** Uniform values in [0, 1). */
  static Tensor uniform(Shape shape, long stream) {
    SeededRandom random = SeededRandom.of(SEED).stream(stream);
    return Tensor.generate(shape, i -> random.nextDouble());
  }

  /** Images with labels and a map each. */
  static LabeledImages images(Classifier classifier, int count) {
    Shape image = classifier.image();
    SeededRandom random = SeededRandom.of(SEED).stream(2);
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> random.nextInt(classifier.classes()));
    return LabeledImages.of(normal(image.within(count), 0), labels, classifier.classes())
        .withMaps(uniform(Shape.of(count, image.extent(1), image.extent(2)), 1));
  }

  /** First values of a network. */
  static Parameters parameters(Classifier classifier) {
    return classifier.initialize(SEED);
  }

  /** Zeros in the shapes of a network, where values do not matter and drawing them takes long. */
  static Parameters zeros(Classifier classifier) {
    Parameters zeros = Parameters.empty();
    for (Parameter each : classifier.parameters()) {
      zeros = zeros.with(each.path(), Tensor.zeros(each.shape()));
    }
    return zeros;
  }
}
