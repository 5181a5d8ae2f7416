package org.neuralharmonizer.bench.networks;

import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.MultiHeadAttention;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.TokenEmbedding;
import org.neuralharmonizer.tensor.Shape;

/**
 * Vision transformer of twelve blocks over patches of 16 × 16, normalising first, with a class
 * token and without dropout. Names are those of timm.
 *
 * @param width of a token
 * @param heads of each attention
 * @param size height and width of an image, a multiple of 16
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy et al.: An image is worth 16×16
 *     words</a>
 */
public record VisionTransformer(int width, int heads, int size, int classes) {
  private static final int DEPTH = 12;
  private static final int PATCH = 16;
  private static final int EXPANSION = 4;

  /** ViT-S/16. */
  public static VisionTransformer small(int size, int classes) {
    return new VisionTransformer(384, 6, size, classes);
  }

  /** ViT-B/16. */
  public static VisionTransformer base(int size, int classes) {
    return new VisionTransformer(768, 12, size, classes);
  }

  /** The network. */
  public Classifier classifier() {
    Conv patches =
        Conv.of(3, width, PATCH).withStride(PATCH).withInitializer(Initializer.fanInUniform());
    Sequential network =
        Sequential.empty()
            .then("patch_embed.proj", patches)
            .then(Shaping.TOKENS)
            .then(TokenEmbedding.of(width));
    for (int block = 0; block < DEPTH; block++) {
      network = network.then("blocks." + block, block());
    }
    network =
        network
            .then("norm", LayerNorm.of(width))
            .then(Shaping.FIRST_TOKEN)
            .then("head", Dense.of(width, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private Layer block() {
    Sequential attention =
        Sequential.empty()
            .then("norm1", LayerNorm.of(width))
            .then("attn", MultiHeadAttention.of(width, heads));
    Sequential perceptron =
        Sequential.empty()
            .then("norm2", LayerNorm.of(width))
            .then("mlp.fc1", Dense.of(width, EXPANSION * width))
            .then(Activation.GELU)
            .then("mlp.fc2", Dense.of(EXPANSION * width, width));
    return Sequential.of(Residual.of(attention), Residual.of(perceptron));
  }
}
