package org.neuralharmonizer.bench.networks;

import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.MaxPool;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * ResNet with 50 layers in the form of PyTorch, where the 3 × 3 convolution of a block has its
 * stride ("version 1.5"). Names are those of torchvision.
 *
 * @param size height and width of an image
 * @see <a href="https://arxiv.org/abs/1512.03385">He, Zhang, Ren, Sun: Deep residual learning for
 *     image recognition</a>
 */
public record ResNet50(int size, int classes) {
  private static final int STEM = 64;
  private static final int[] BLOCKS = {3, 4, 6, 3};
  private static final int[] WIDTHS = {64, 128, 256, 512};
  private static final int EXPANSION = 4;

  public static ResNet50 of(int size, int classes) {
    return new ResNet50(size, classes);
  }

  /** The network. */
  public Classifier classifier() {
    Conv stem = Conv.of(3, STEM, 7).withStride(2).withPadding(Padding.symmetric(3));
    Sequential network =
        normalised("conv1", "bn1", stem, STEM)
            .then(Activation.RELU)
            .then(MaxPool.of(3).withStride(2).withPadding(Padding.symmetric(1)));
    int channels = STEM;
    for (int stage = 0; stage < BLOCKS.length; stage++) {
      Sequential blocks = Sequential.empty();
      for (int block = 0; block < BLOCKS[stage]; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        blocks = blocks.then(String.valueOf(block), bottleneck(channels, WIDTHS[stage], stride));
        channels = EXPANSION * WIDTHS[stage];
      }
      network = network.then("layer" + (stage + 1), blocks);
    }
    network = network.then(Shaping.GLOBAL_AVERAGE).then("fc", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private static Layer bottleneck(int inputs, int width, int stride) {
    int outputs = EXPANSION * width;
    Conv spatial = Conv.of(width, width, 3).withStride(stride).withPadding(Padding.symmetric(1));
    Sequential branch =
        normalised("conv1", "bn1", Conv.pointwise(inputs, width), width)
            .then(Activation.RELU)
            .then(normalised("conv2", "bn2", spatial, width))
            .then(Activation.RELU)
            .then(normalised("conv3", "bn3", Conv.pointwise(width, outputs), outputs));
    Residual sum = Residual.of(branch);
    if (stride != 1 || inputs != outputs) {
      Conv projection = Conv.pointwise(inputs, outputs).withStride(stride);
      sum = sum.withShortcut(normalised("downsample.0", "downsample.1", projection, outputs));
    }
    return Sequential.of(sum, Activation.RELU);
  }

  private static Sequential normalised(String conv, String norm, Conv layer, int channels) {
    return Sequential.empty()
        .then(conv, layer.withBias(Bias.NONE))
        .then(norm, BatchNorm.of(channels));
  }
}
