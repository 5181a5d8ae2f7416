package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.scaled;

import java.util.LinkedHashMap;
import java.util.Map;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * VGG with 13 convolutions of 3 × 3 and 3 dense layers, without normalization and without its
 * dropout. Layers have Keras' names.
 *
 * @param size height and width of an image, a multiple of 32
 * @param width the multiplier of all channel counts, those of the dense layers too
 * @see <a href="https://arxiv.org/abs/1409.1556">Simonyan, Zisserman: Very deep convolutional
 *     networks for large-scale image recognition</a>
 */
public record Vgg16(int size, int classes, double width) {
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
    return new Vgg16(size, classes, 1);
  }

  public Vgg16 withWidth(double other) {
    return new Vgg16(size, classes, other);
  }

  /** The network. */
  public Classifier classifier() {
    Sequential network = Sequential.empty();
    int channels = 3;
    for (int stage = 0; stage < DEPTHS.length; stage++) {
      int outputs = scaled(width, WIDTHS[stage]);
      for (int layer = 1; layer <= DEPTHS[stage]; layer++) {
        Conv conv = Conv.of(channels, outputs, 3).withPadding(Padding.symmetric(1));
        String name = "block%d_conv%d".formatted(stage + 1, layer);
        network = network.then(name, conv).then(Activation.RELU);
        channels = outputs;
      }
      network = network.then(MaxPool.of(2));
    }
    int side = size / REDUCTION;
    int hidden = scaled(width, HIDDEN);
    network =
        network
            .then(Shaping.FLATTEN)
            .then("fc1", hidden(channels * side * side, hidden))
            .then(Activation.RELU)
            .then("fc2", hidden(hidden, hidden))
            .then(Activation.RELU)
            .then("predictions", Dense.of(hidden, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  /**
   * Parameters from the arrays of Keras' VGG16, {@code layer/variable}. The rows of its first
   * matrix go pixel by pixel, here channel by channel.
   *
   * @throws IllegalArgumentException if an array's name or rank is not one of VGG16's
   */
  public static Parameters fromKeras(Map<String, Tensor> arrays) {
    Map<String, Tensor> values =
        new LinkedHashMap<>(KerasArrays.of("VGG16").converted(arrays).asMap());
    Tensor last = values.get("block5_conv3.bias");
    if (last != null) {
      values.computeIfPresent("fc1.weight", (path, matrix) -> byChannel(matrix, last.size()));
    }
    return Parameters.of(values);
  }

  private static Tensor byChannel(Tensor matrix, int channels) {
    int outputs = matrix.shape().extent(0);
    int inputs = matrix.shape().extent(1);
    if (inputs % channels != 0) {
      return matrix;
    }
    Shape pixels = Shape.of(outputs, inputs / channels, channels);
    return KerasArrays.reordered(matrix.reshape(pixels), 0, 2, 1).reshape(matrix.shape());
  }

  private static Dense hidden(int inputs, int outputs) {
    return Dense.of(inputs, outputs).withInitializer(Initializer.fanInUniform());
  }
}
