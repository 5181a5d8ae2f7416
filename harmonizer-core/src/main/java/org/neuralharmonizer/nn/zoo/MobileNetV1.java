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
    Map<String, Tensor> values = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          int slash = name.lastIndexOf('/');
          String layer = name.substring(0, Math.max(slash, 0));
          String variable = name.substring(slash + 1);
          values.put(layer + "." + renamed(name, variable), converted(name, variable, array));
        });
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

  private static String renamed(String name, String variable) {
    return switch (variable) {
      case "kernel", "depthwise_kernel", "gamma" -> "weight";
      case "bias", "beta" -> "bias";
      case "moving_mean" -> "running_mean";
      case "moving_variance" -> "running_var";
      default ->
          throw new IllegalArgumentException(
              "MobileNet: array \"%s\" is none of its variables — expected layer/kernel, depthwise_kernel, bias, gamma, beta, moving_mean or moving_variance"
                  .formatted(name));
    };
  }

  private static Tensor converted(String name, String variable, Tensor array) {
    if (!variable.endsWith("kernel")) {
      return array;
    }
    if (array.shape().rank() != 4) {
      throw new IllegalArgumentException(
          "MobileNet: array \"%s\" is %s, expected h × w × in × out"
              .formatted(name, array.shape()));
    }
    Tensor filters =
        variable.equals("kernel") ? reordered(array, 3, 2, 0, 1) : reordered(array, 2, 3, 0, 1);
    Shape shape = filters.shape();
    return name.startsWith("conv_preds/")
        ? filters.reshape(Shape.of(shape.extent(0), shape.inner().size()))
        : filters;
  }

  /** The array with its axes in another order: axis i of the result is axis order[i]. */
  private static Tensor reordered(Tensor array, int... order) {
    int[] extents = new int[order.length];
    int[] steps = new int[order.length];
    for (int axis = 0; axis < order.length; axis++) {
      extents[axis] = array.shape().extent(order[axis]);
      steps[axis] = array.shape().strides()[order[axis]];
    }
    Shape shape = Shape.of(extents);
    int[] strides = shape.strides();
    return Tensor.generate(
        shape,
        i -> {
          int source = 0;
          for (int axis = 0; axis < strides.length; axis++) {
            source += i / strides[axis] % extents[axis] * steps[axis];
          }
          return array.value(source);
        });
  }
}
