package org.neuralharmonizer.nn.zoo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * MobileNet, first version, as Keras builds it: a 3 × 3 convolution with stride 2, thirteen pairs
 * of depthwise 3 × 3 and pointwise convolutions, each with batch norm (ε = 1e-3) and ReLU6; global
 * average; dense to the logits. It expects images as x / 127.5 − 1.
 *
 * <p>Layers have Keras' names ({@code conv1}, {@code conv_dw_1}, {@code conv_dw_1_bn}, …, {@code
 * conv_preds}), parameters PyTorch's ({@code weight}, {@code bias}, {@code running_mean}, {@code
 * running_var}).
 *
 * @param width the multiplier of all channel counts, rounded down
 * @param size height and width of an image
 * @see <a href="https://arxiv.org/abs/1704.04861">Howard et al.: MobileNets</a>
 */
public record MobileNetV1(double width, int size, int classes) {
  /** Keras keeps this matrix as a filter of one pixel. */
  private static final String LAST = "conv_preds.weight";

  private static final int STEM = 32;
  private static final int[] CHANNELS = {
    64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024
  };
  private static final int[] STRIDES = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
  private static final double EPSILON = 1e-3;
  private static final double MOMENTUM = 0.01;

  public MobileNetV1 {
    if (!(width * STEM >= 1)) {
      throw new IllegalArgumentException(
          "MobileNet: width %s leaves no channels — use at least 1/%d".formatted(width, STEM));
    }
  }

  public static MobileNetV1 of(double width, int size, int classes) {
    return new MobileNetV1(width, size, classes);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = scaled(STEM);
    Conv stem = Conv.of(3, channels, 3).withStride(2).withPadding(Padding.same());
    Sequential network = normalised("conv1", stem, channels);
    for (int block = 1; block <= CHANNELS.length; block++) {
      int outputs = scaled(CHANNELS[block - 1]);
      network =
          network
              .then(normalised("conv_dw_" + block, depthwise(channels, block), channels))
              .then(normalised("conv_pw_" + block, Conv.pointwise(channels, outputs), outputs));
      channels = outputs;
    }
    network = network.then(Shaping.GLOBAL_AVERAGE).then("conv_preds", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  /**
   * Parameters from Keras' arrays, whose names are {@code layer/variable} and whose layouts are h ×
   * w × in × out, for depthwise filters h × w × in × 1.
   *
   * @throws IllegalArgumentException if an array's name or rank is not one of MobileNet's
   */
  public static Parameters fromKeras(Map<String, Tensor> arrays) {
    Map<String, Tensor> values =
        new LinkedHashMap<>(KerasArrays.of("MobileNet").converted(arrays).asMap());
    values.computeIfPresent(LAST, (path, filter) -> KerasArrays.matrix(filter));
    return Parameters.of(values);
  }

  private static Sequential normalised(String name, Conv conv, int channels) {
    return Sequential.empty()
        .then(name, conv.withBias(Bias.NONE))
        .then(name + "_bn", BatchNorm.of(channels).withEpsilon(EPSILON).withMomentum(MOMENTUM))
        .then(name + "_relu", Activation.RELU6);
  }

  private static Conv depthwise(int channels, int block) {
    Conv conv = Conv.depthwise(channels, 3);
    // Keras pads these by hand at the bottom and right only, which differs from SAME at odd sizes.
    return STRIDES[block - 1] == 1
        ? conv.withPadding(Padding.same())
        : conv.withStride(2).withPadding(Padding.explicit(0, 1, 0, 1));
  }

  private int scaled(int channels) {
    return (int) (channels * width);
  }
}
