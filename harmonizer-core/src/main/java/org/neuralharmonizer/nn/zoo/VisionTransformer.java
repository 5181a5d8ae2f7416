package org.neuralharmonizer.nn.zoo;

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
 * Vision transformer over square patches, normalising first (ε = 1e-6), with a class token and
 * without dropout. Names are those of timm.
 *
 * @param width of a token
 * @param heads of each attention
 * @param depth blocks
 * @param patch height and width of a patch
 * @param size height and width of an image, a multiple of the patch
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy et al.: An image is worth 16×16
 *     words</a>
 */
public record VisionTransformer(int width, int heads, int depth, int patch, int size, int classes) {
  private static final int DEPTH = 12;
  private static final int PATCH = 16;
  private static final int EXPANSION = 4;
  private static final double EPSILON = 1e-6;

  public VisionTransformer {
    if (depth < 1 || patch < 1 || size < patch || size % patch != 0) {
      throw new IllegalArgumentException(
          "vision transformer: %d blocks, images of %d pixels in patches of %d"
                  .formatted(depth, size, patch)
              + " — use at least one block, and a size that the patch divides");
    }
  }

  /** ViT-Ti/16. */
  public static VisionTransformer tiny(int size, int classes) {
    return new VisionTransformer(192, 3, DEPTH, PATCH, size, classes);
  }

  /** ViT-S/16. */
  public static VisionTransformer small(int size, int classes) {
    return new VisionTransformer(384, 6, DEPTH, PATCH, size, classes);
  }

  /** ViT-B/16. */
  public static VisionTransformer base(int size, int classes) {
    return new VisionTransformer(768, 12, DEPTH, PATCH, size, classes);
  }

  /** The network. */
  public Classifier classifier() {
    Conv patches =
        Conv.of(3, width, patch).withStride(patch).withInitializer(Initializer.fanInUniform());
    Sequential network =
        Sequential.empty()
            .then("patch_embed.proj", patches)
            .then(Shaping.TOKENS)
            .then(TokenEmbedding.of(width));
    for (int block = 0; block < depth; block++) {
      network = network.then("blocks." + block, block());
    }
    network =
        network
            .then("norm", norm())
            .then(Shaping.FIRST_TOKEN)
            .then("head", Dense.of(width, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  private Layer block() {
    Sequential attention =
        Sequential.empty().then("norm1", norm()).then("attn", MultiHeadAttention.of(width, heads));
    Sequential perceptron =
        Sequential.empty()
            .then("norm2", norm())
            .then("mlp.fc1", Dense.of(width, EXPANSION * width))
            .then(Activation.GELU)
            .then("mlp.fc2", Dense.of(EXPANSION * width, width));
    return Sequential.of(Residual.of(attention), Residual.of(perceptron));
  }

  private LayerNorm norm() {
    return LayerNorm.of(width).withEpsilon(EPSILON);
  }
}
