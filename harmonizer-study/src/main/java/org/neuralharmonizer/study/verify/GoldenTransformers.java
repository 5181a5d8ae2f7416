package org.neuralharmonizer.study.verify;

import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.ChannelScale;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.MultiHeadAttention;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.TokenEmbedding;

/** The vision transformer, and the convolutional network in its manner. */
final class GoldenTransformers {
  private GoldenTransformers() {}

  /** Patches, class token, positions, {@code blocks.i}, head on the class token. */
  static Layer vit(GoldenShapes shapes, GoldenGeometry geometry) {
    int patch = shapes.extent("patch_embed.proj.weight", 2);
    int width = shapes.extent("patch_embed.proj.weight", 0);
    Sequential network =
        Sequential.empty()
            .then("patch_embed.proj", shapes.conv("patch_embed.proj").withStride(patch))
            .then(Shaping.TOKENS)
            .then(TokenEmbedding.of(width));
    Activation gelu =
        geometry.word("gelu", "exact").startsWith("tanh") ? Activation.GELU_TANH : Activation.GELU;
    for (int block = 0; shapes.hasBelow("blocks." + block); block++) {
      String path = "blocks." + block;
      network = network.then(path, vitBlock(shapes, path, geometry.number("heads"), gelu));
    }
    return network
        .then("norm", shapes.layerNorm("norm"))
        .then(Shaping.FIRST_TOKEN)
        .then("head", shapes.dense("head"));
  }

  private static Layer vitBlock(
      GoldenShapes shapes, String path, int heads, Activation activation) {
    int width = shapes.extent(path + ".norm1.weight", 0);
    Layer attention =
        Sequential.empty()
            .then("norm1", shapes.layerNorm(path + ".norm1"))
            .then("attn", MultiHeadAttention.of(width, heads));
    Layer perceptron =
        Sequential.empty()
            .then("norm2", shapes.layerNorm(path + ".norm2"))
            .then("mlp.fc1", shapes.dense(path + ".mlp.fc1"))
            .then(activation)
            .then("mlp.fc2", shapes.dense(path + ".mlp.fc2"));
    return Sequential.of(Residual.of(attention), Residual.of(perceptron));
  }

  /** {@code downsample_layers.i} and {@code stages.i}, alternating; head. */
  static Layer convNext(GoldenShapes shapes) {
    Sequential network = Sequential.empty();
    for (int stage = 0; shapes.hasBelow("downsample_layers." + stage); stage++) {
      network = network.then(downsampling(shapes, "downsample_layers." + stage, stage == 0));
      for (int block = 0; shapes.hasBelow("stages." + stage + "." + block); block++) {
        String path = "stages." + stage + "." + block;
        network = network.then(path, convNextBlock(shapes, path));
      }
    }
    return network
        .then(Shaping.GLOBAL_AVERAGE)
        .then("norm", shapes.layerNorm("norm"))
        .then("head", shapes.dense("head"));
  }

  /** The stem normalises after its convolution, later stages before. */
  private static Layer downsampling(GoldenShapes shapes, String path, boolean stem) {
    String conv = path + (stem ? ".0" : ".1");
    String norm = path + (stem ? ".1" : ".0");
    int stride = shapes.extent(conv + ".weight", 2);
    LayerNorm channels = LayerNorm.overChannels(shapes.extent(norm + ".weight", 0));
    Layer reduction = shapes.conv(conv).withStride(stride);
    return stem
        ? Sequential.empty().then(conv, reduction).then(norm, channels)
        : Sequential.empty().then(norm, channels).then(conv, reduction);
  }

  private static Layer convNextBlock(GoldenShapes shapes, String path) {
    int kernel = shapes.extent(path + ".dwconv.weight", 2);
    Sequential branch =
        Sequential.empty()
            .then(
                "dwconv",
                shapes.depthwise(path + ".dwconv").withPadding(Padding.symmetric(kernel / 2)))
            .then(Shaping.CHANNELS_LAST)
            .then("norm", shapes.layerNorm(path + ".norm"))
            .then("pwconv1", shapes.dense(path + ".pwconv1"))
            .then(Activation.GELU)
            .then("pwconv2", shapes.dense(path + ".pwconv2"))
            .then(Shaping.CHANNELS_FIRST);
    if (shapes.has(path + ".gamma")) {
      branch = branch.then(ChannelScale.of(shapes.extent(path + ".gamma", 0)));
    }
    return Residual.of(branch);
  }
}
