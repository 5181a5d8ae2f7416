package org.neuralharmonizer.nn.zoo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.MultiHeadAttention;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.TokenEmbedding;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

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

  private static final Pattern QUERY = Pattern.compile("(.*\\.)query\\.(weight|bias)");
  private static final Pattern KERAS_BLOCK =
      Pattern.compile("Transformer/encoderblock_(\\d+)/(.+)");
  private static final Map<String, String> KERAS_LAYERS =
      Map.of(
          "embedding", "patch_embed.proj",
          "class_token", "cls_token",
          "Transformer/posembed_input", "pos_embed",
          "Transformer/encoder_norm", "norm");
  private static final String KERAS_ATTENTION = "MultiHeadDotProductAttention_1/";
  private static final Map<String, String> KERAS_PARTS =
      Map.of(
          "LayerNorm_0",
          "norm1",
          "LayerNorm_2",
          "norm2",
          KERAS_ATTENTION + "query",
          "attn.query",
          KERAS_ATTENTION + "key",
          "attn.key",
          KERAS_ATTENTION + "value",
          "attn.value",
          KERAS_ATTENTION + "out",
          "attn.proj",
          "Dense_0",
          "mlp.fc1",
          "Dense_1",
          "mlp.fc2");

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

  /**
   * Parameters from arrays of vit_keras, {@code layer/variable}.
   *
   * @throws IllegalArgumentException if an array's name or rank is not one of the transformer's
   */
  public static Parameters fromKeras(Map<String, Tensor> arrays) {
    Map<String, Tensor> values =
        new LinkedHashMap<>(
            KerasArrays.of("vision transformer", VisionTransformer::layerOfKeras)
                .converted(arrays)
                .asMap());
    for (String path : List.copyOf(values.keySet())) {
      Matcher query = QUERY.matcher(path);
      if (query.matches()) {
        String attention = query.group(1);
        String variable = query.group(2);
        List<Tensor> parts = new ArrayList<>();
        for (String part : List.of("query.", "key.", "value.")) {
          Tensor found = values.remove(attention + part + variable);
          if (found != null) {
            parts.add(found);
          }
        }
        values.put(attention + "qkv." + variable, joined(parts));
      }
    }
    return Parameters.of(values);
  }

  /** One below the other. */
  private static Tensor joined(List<Tensor> parts) {
    Tensor all = Tensor.stack(parts);
    Shape inner = parts.get(0).shape();
    return all.reshape(inner.with(0, parts.size() * inner.extent(0)));
  }

  private static String layerOfKeras(String layer) {
    Matcher block = KERAS_BLOCK.matcher(layer);
    if (!block.matches()) {
      return KERAS_LAYERS.getOrDefault(layer, layer);
    }
    String part = block.group(2).replace("MlpBlock_3/", "");
    return "blocks." + block.group(1) + "." + KERAS_PARTS.getOrDefault(part, part);
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
