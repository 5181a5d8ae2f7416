package org.neuralharmonizer.nn.zoo;

import java.util.List;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * A small convolutional network for experiments, by default for 3 × 64 × 64: six 3 × 3 convolutions
 * of 32, 32, 64, 64, 128 and 128 channels, each with ReLU; a 2 × 2 max-pool after every second;
 * global average; dense. Parameters are named {@code conv1 … conv6}, {@code bn1 … bn6} and {@code
 * fc}; the rectified outputs {@code relu1 … relu6}.
 *
 * @param image C × H × W
 * @param widths channels of each convolution; any even number of them
 */
public record ReferenceCnn(
    Shape image, int classes, List<Integer> widths, Normalization normalization) {
  private static final List<Integer> WIDTHS = List.of(32, 32, 64, 64, 128, 128);
  private static final int SIZE = 64;

  /** What follows each convolution. */
  public enum Normalization {
    /** Nothing but the convolution's bias; images do not influence each other. */
    NONE,
    /** Batch normalization in place of the bias. */
    BATCH
  }

  public ReferenceCnn {
    widths = List.copyOf(widths);
    if (widths.isEmpty() || widths.size() % 2 != 0) {
      throw new IllegalArgumentException(
          "reference CNN: convolutions come in pairs, " + widths.size() + " widths do not");
    }
  }

  /** The network for colour pictures of 64 × 64 pixels, without normalization. */
  public static ReferenceCnn of(int classes) {
    return new ReferenceCnn(Shape.of(3, SIZE, SIZE), classes, WIDTHS, Normalization.NONE);
  }

  public ReferenceCnn withImage(Shape other) {
    return new ReferenceCnn(other, classes, widths, normalization);
  }

  public ReferenceCnn withWidths(Integer... other) {
    return new ReferenceCnn(image, classes, List.of(other), normalization);
  }

  public ReferenceCnn withNormalization(Normalization other) {
    return new ReferenceCnn(image, classes, widths, other);
  }

  /** The network. */
  public Classifier classifier() {
    Sequential network = Sequential.empty();
    int inputs = image.extent(0);
    for (int i = 1; i <= widths.size(); i++) {
      int outputs = widths.get(i - 1);
      Conv conv = Conv.of(inputs, outputs, 3).withPadding(Padding.symmetric(1));
      network =
          normalization == Normalization.NONE
              ? network.then("conv" + i, conv)
              : network
                  .then("conv" + i, conv.withBias(Bias.NONE))
                  .then("bn" + i, BatchNorm.of(outputs));
      network = network.then("relu" + i, Activation.RELU);
      if (i % 2 == 0) {
        network = network.then(MaxPool.of(2));
      }
      inputs = outputs;
    }
    network = network.then(Shaping.GLOBAL_AVERAGE).then("fc", Dense.of(inputs, classes));
    return Classifier.of(network, image, classes);
  }
}
