package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.scaled;

import java.util.List;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.ChannelScale;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;

/**
 * ConvNeXt, a convolutional network built like a transformer: depthwise 7 × 7 convolutions, layer
 * norm (ε = 1e-6), GELU; with its usual blocks and width the tiny one. Without stochastic depth.
 * Names are those of timm.
 *
 * @param size height and width of an image, at least 32
 * @param blocks of each of the four stages
 * @param width the multiplier of all channel counts
 * @see <a href="https://arxiv.org/abs/2201.03545">Liu et al.: A ConvNet for the 2020s</a>
 */
public record ConvNeXtTiny(int size, int classes, List<Integer> blocks, double width) {
  private static final List<Integer> BLOCKS = List.of(3, 3, 9, 3);
  private static final int[] WIDTHS = {96, 192, 384, 768};
  private static final int PATCH = 4;
  private static final int KERNEL = 7;
  private static final int EXPANSION = 4;
  private static final double EPSILON = 1e-6;

  public ConvNeXtTiny {
    blocks = Blocks.ofFourStages("ConvNeXt", blocks);
  }

  public static ConvNeXtTiny of(int size, int classes) {
    return new ConvNeXtTiny(size, classes, BLOCKS, 1);
  }

  public ConvNeXtTiny withBlocks(Integer... counts) {
    return new ConvNeXtTiny(size, classes, List.of(counts), width);
  }

  public ConvNeXtTiny withWidth(double other) {
    return new ConvNeXtTiny(size, classes, blocks, other);
  }

  /** The network. */
  public Classifier classifier() {
    int channels = scaled(width, WIDTHS[0]);
    Sequential network =
        Sequential.empty()
            .then("stem.0", Conv.of(3, channels, PATCH).withStride(PATCH))
            .then("stem.1", norm(channels));
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      String name = "stages." + stage;
      int outputs = scaled(width, WIDTHS[stage]);
      if (stage > 0) {
        network =
            network
                .then(name + ".downsample.0", norm(channels))
                .then(name + ".downsample.1", Conv.of(channels, outputs, 2).withStride(2));
        channels = outputs;
      }
      for (int block = 0; block < blocks.get(stage); block++) {
        network = network.then(name + ".blocks." + block, block(channels));
      }
    }
    network =
        network
            .then(Shaping.GLOBAL_AVERAGE)
            .then("head.norm", LayerNorm.of(channels).withEpsilon(EPSILON))
            .then("head.fc", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private static LayerNorm norm(int channels) {
    return LayerNorm.overChannels(channels).withEpsilon(EPSILON);
  }

  private static Layer block(int channels) {
    Sequential branch =
        Sequential.empty()
            .then(
                "conv_dw",
                Conv.depthwise(channels, KERNEL).withPadding(Padding.symmetric(KERNEL / 2)))
            .then(Shaping.CHANNELS_LAST)
            .then("norm", LayerNorm.of(channels).withEpsilon(EPSILON))
            .then("mlp.fc1", Dense.of(channels, EXPANSION * channels))
            .then(Activation.GELU)
            .then("mlp.fc2", Dense.of(EXPANSION * channels, channels))
            .then(Shaping.CHANNELS_FIRST)
            .then(ChannelScale.of(channels));
    return Residual.of(branch);
  }
}
