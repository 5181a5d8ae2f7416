package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.scaled;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.ChannelScale;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

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
  private static final Pattern KERAS_STAGE = Pattern.compile("stack(\\d)_(?:block(\\d+)_)?(.+)");
  private static final Map<String, String> KERAS_LAYERS =
      Map.of(
          "stem_conv", "stem.0",
          "stem_ln", "stem.1",
          "downsample_ln", "downsample.0",
          "downsample_conv", "downsample.1",
          "head_ln", "head.norm",
          "predictions", "head.fc");
  private static final Map<String, String> KERAS_PARTS =
      Map.of(
          "dw_conv", "conv_dw",
          "ln", "norm",
          "up_dense", "mlp.fc1",
          "down_dense", "mlp.fc2");

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

  /**
   * Parameters from arrays of keras_cv_attention_models, {@code layer/variable}.
   *
   * @throws IllegalArgumentException if an array's name or rank is not one of ConvNeXt's
   */
  public static Parameters fromKeras(Map<String, Tensor> arrays) {
    return KerasArrays.of("ConvNeXt", ConvNeXtTiny::layerOfKeras).converted(arrays);
  }

  private static String layerOfKeras(String layer) {
    Matcher stage = KERAS_STAGE.matcher(layer);
    if (!stage.matches()) {
      return KERAS_LAYERS.getOrDefault(layer, layer);
    }
    String block = stage.group(2) == null ? "" : stage.group(2);
    String place = "stages." + (Integer.parseInt(stage.group(1)) - 1) + ".";
    String part = stage.group(3);
    if (block.isEmpty()) {
      return place + KERAS_LAYERS.getOrDefault(part, part);
    }
    return "%sblocks.%d.%s"
        .formatted(place, Integer.parseInt(block) - 1, KERAS_PARTS.getOrDefault(part, part));
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
