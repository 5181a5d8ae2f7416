package org.neuralharmonizer.bench.networks;

import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * VGG with 13 convolutions of 3 × 3 and 3 dense layers, without normalization and without its
 * dropout. Names are those of Keras.
 *
 * @param size height and width of an image, a multiple of 32
 * @see <a href="https://arxiv.org/abs/1409.1556">Simonyan, Zisserman: Very deep convolutional
 *     networks for large-scale image recognition</a>
 */
public record Vgg16(int size, int classes) {
  private static final int[] DEPTHS = {2, 2, 3, 3, 3};
  private static final int[] WIDTHS = {64, 128, 256, 512, 512};
  private static final int REDUCTION = 32;
  private static final int HIDDEN = 4096;

  public Vgg16 {
    if (size < REDUCTION || size % REDUCTION != 0) {
      throw new IllegalArgumentException(
          "VGG: images of %d pixels do not halve five times — use a multiple of %d"
              .formatted(size, REDUCTION));
    }
  }

  public static Vgg16 of(int size, int classes) {
    return new Vgg16(size, classes);
  }

  /** The network. */
  public Classifier classifier() {
    Sequential network = Sequential.empty();
    int channels = 3;
    for (int stage = 0; stage < DEPTHS.length; stage++) {
      for (int layer = 1; layer <= DEPTHS[stage]; layer++) {
        Conv conv = Conv.of(channels, WIDTHS[stage], 3).withPadding(Padding.symmetric(1));
        String name = "block%d_conv%d".formatted(stage + 1, layer);
        network = network.then(name, conv).then(Activation.RELU);
        channels = WIDTHS[stage];
      }
      network = network.then(MaxPool.of(2));
    }
    int side = size / REDUCTION;
    network =
        network
            .then(Shaping.FLATTEN)
            .then("fc1", hidden(channels * side * side))
            .then(Activation.RELU)
            .then("fc2", hidden(HIDDEN))
            .then(Activation.RELU)
            .then("predictions", Dense.of(HIDDEN, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private static Dense hidden(int inputs) {
    return Dense.of(inputs, HIDDEN).withInitializer(Initializer.fanInUniform());
  }
}
