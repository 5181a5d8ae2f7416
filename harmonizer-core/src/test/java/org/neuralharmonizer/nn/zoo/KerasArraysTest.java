package org.neuralharmonizer.nn.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Arrays as Keras names and lays them out, written down here from Keras' side, and read back. */
final class KerasArraysTest {

  private interface Reader extends Function<Map<String, Tensor>, Parameters> {}

  /**
   * Rules from names of ours to those of Keras, in order; each is a pattern and what it becomes.
   */
  private static String[] rules(String... pairs) {
    return pairs;
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(
            "ResNet50V2",
            ResNet50V2.of(33, 3).withBlocks(2, 1, 1, 1).withWidth(0.04).classifier(),
            (Reader) ResNet50V2::fromKeras,
            rules()),
        Arguments.of(
            "LeViT",
            new LeVit(48, 3, List.of(8, 12), List.of(2, 3), 1, 4).classifier(),
            (Reader) LeVit::fromKeras,
            rules()),
        Arguments.of(
            "MaxViT",
            new MaxVit(64, 3, 4, List.of(1, 1, 1, 2), List.of(4, 4, 8, 8), 4).classifier(),
            (Reader) MaxVit::fromKeras,
            rules(
                "(stack_\\d_block_\\d)\\.", "$1/",
                "mbconv\\.", "mbconv/",
                "/se\\.", "/se/",
                "mhsa\\.", "mhsa/",
                "ffn\\.", "ffn/")),
        Arguments.of(
            "ConvNeXt",
            ConvNeXtTiny.of(32, 3).withBlocks(1, 1, 2, 1).withWidth(0.04).classifier(),
            (Reader) ConvNeXtTiny::fromKeras,
            rules(
                "stem\\.0", "stem_conv",
                "stem\\.1", "stem_ln",
                "head\\.norm", "head_ln",
                "head\\.fc", "predictions",
                "stages\\.0\\.", "stack1_",
                "stages\\.1\\.", "stack2_",
                "stages\\.2\\.", "stack3_",
                "stages\\.3\\.", "stack4_",
                "downsample\\.0", "downsample_ln",
                "downsample\\.1", "downsample_conv",
                "blocks\\.0\\.", "block1_",
                "blocks\\.1\\.", "block2_",
                "conv_dw", "dw_conv",
                "_norm", "_ln",
                "mlp\\.fc1", "up_dense",
                "mlp\\.fc2", "down_dense")),
        Arguments.of(
            "EfficientNet",
            EfficientNetB0.of(64, 3)
                .withWidth(0.05)
                .withDepth(0.4)
                .withPort(EfficientNetB0.Port.TENSORFLOW)
                .classifier(),
            (Reader) EfficientNetB0::fromKeras,
            rules(
                "^conv_stem", "stem_conv",
                "^bn1", "stem_bn",
                "^conv_head", "top_conv",
                "^bn2", "top_bn",
                "^classifier", "probs",
                "blocks\\.0\\.0\\.conv_dw", "block1a_dwconv",
                "blocks\\.0\\.0\\.bn1", "block1a_bn",
                "blocks\\.0\\.0\\.conv_pw", "block1a_project_conv",
                "blocks\\.0\\.0\\.bn2", "block1a_project_bn",
                "blocks\\.0\\.0\\.", "block1a_",
                "blocks\\.1\\.0\\.", "block2a_",
                "blocks\\.2\\.0\\.", "block3a_",
                "blocks\\.3\\.0\\.", "block4a_",
                "blocks\\.3\\.1\\.", "block4b_",
                "blocks\\.4\\.0\\.", "block5a_",
                "blocks\\.4\\.1\\.", "block5b_",
                "blocks\\.5\\.0\\.", "block6a_",
                "blocks\\.5\\.1\\.", "block6b_",
                "blocks\\.6\\.0\\.", "block7a_",
                "se\\.conv_", "se_",
                "conv_dw", "dwconv",
                "conv_pwl", "project_conv",
                "conv_pw", "expand_conv",
                "_bn1", "_expand_bn",
                "_bn2", "_bn",
                "_bn3", "_project_bn")),
        Arguments.of(
            "ViT",
            new VisionTransformer(8, 2, 2, 8, 16, 3).classifier(),
            (Reader) VisionTransformer::fromKeras,
            rules(
                "patch_embed\\.proj", "embedding",
                "cls_token", "class_token/cls",
                "pos_embed", "Transformer/posembed_input/pos_embedding",
                "^norm", "Transformer/encoder_norm",
                "blocks\\.(\\d)\\.", "Transformer/encoderblock_$1/",
                "norm1", "LayerNorm_0",
                "norm2", "LayerNorm_2",
                "attn\\.", "MultiHeadDotProductAttention_1/",
                "/proj", "/out",
                "mlp\\.fc1", "Dense_0",
                "mlp\\.fc2", "Dense_1")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void readsKerasNamesAndLayouts(String name, Classifier network, Reader reader, String[] rules) {
    Parameters ours = random(network);
    Map<String, Tensor> keras = new LinkedHashMap<>();
    ours.asMap().forEach((path, value) -> putAsKeras(keras, path, value, rules));
    assertThat(reader.apply(keras).fitting(network.parameters())).isEqualTo(ours);
  }

  /** The first matrix reads pixels of Keras' maps, whose channels are innermost. */
  @Test
  void vggReadsItsPixelsChannelByChannel() {
    Vgg16 vgg = Vgg16.of(64, 3).withWidth(0.01);
    Parameters ours = random(vgg.classifier());
    Map<String, Tensor> keras = new LinkedHashMap<>();
    ours.asMap().forEach((path, value) -> putAsKeras(keras, path, value));
    int channels = ours.value("block5_conv3.bias").size();
    Tensor matrix = ours.value("fc1.weight");
    int hidden = matrix.shape().extent(0);
    keras.put(
        "fc1/kernel",
        Tensor.generate(
            Shape.of(4 * channels, hidden),
            i -> {
              int pixel = i / hidden / channels;
              int channel = i / hidden % channels;
              return matrix.at(i % hidden, channel * 4 + pixel);
            }));
    assertThat(Vgg16.fromKeras(keras).fitting(vgg.classifier().parameters())).isEqualTo(ours);
  }

  @Test
  void whatIsNotKnownIsRefused() {
    Map<String, Tensor> odd = Map.of("conv/gain", Tensor.zeros(Shape.of(1)));
    assertThatThrownBy(() -> LeVit.fromKeras(odd))
        .hasMessageContaining("LeViT: array \"conv/gain\" is none of its variables");
    Map<String, Tensor> flat = Map.of("conv/kernel", Tensor.zeros(Shape.of(3)));
    assertThatThrownBy(() -> ResNet50V2.fromKeras(flat))
        .hasMessageContaining("\"conv/kernel\" is [3], expected h × w × in × out or in × out");
  }

  private static Parameters random(Classifier network) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    SeededRandom random = SeededRandom.of(1);
    network
        .parameters()
        .forEach(
            each ->
                values.put(each.path(), Tensor.generate(each.shape(), i -> random.nextDouble())));
    return Parameters.of(values);
  }

  private static void putAsKeras(
      Map<String, Tensor> keras, String path, Tensor value, String... rules) {
    String name = path;
    for (int i = 0; i < rules.length; i += 2) {
      name = name.replaceAll(rules[i], rules[i + 1]);
    }
    boolean isNorm =
        path.matches(".*(bn\\d?|norm\\d?|_ln|stem\\.1|downsample\\.0)\\.(weight|bias)");
    int rank = value.shape().rank();
    boolean isDepthwise = rank == 4 && path.matches(".*(conv_dw|dw_conv)\\.weight");
    String variable =
        isNorm && name.endsWith("weight")
            ? "gamma"
            : isNorm
                ? "beta"
                : path.endsWith("running_mean")
                    ? "moving_mean"
                    : path.endsWith("running_var")
                        ? "moving_variance"
                        : path.endsWith("weight")
                            ? isDepthwise ? "depthwise_kernel" : "kernel"
                            : "bias";
    if (path.endsWith("positional_embedding")) {
      keras.put(name.replaceAll("\\.(positional_embedding)$", "/$1"), value);
    } else if (path.equals("cls_token") || path.equals("pos_embed")) {
      keras.put(name, value);
    } else if (path.endsWith("gamma")) {
      keras.put(name.replaceAll("\\.?gamma$", "gamma") + "/weight", value);
    } else if (path.contains("attn.qkv.")) {
      int each = value.shape().extent(0) / 3;
      String attention = name.substring(0, name.indexOf("qkv"));
      for (int part = 0; part < 3; part++) {
        Tensor rows = rows(value, part * each, each);
        String of = attention + List.of("query", "key", "value").get(part) + "/" + variable;
        keras.put(of, rank == 2 ? transposed(rows) : rows);
      }
    } else {
      String layer = name.substring(0, name.lastIndexOf('.'));
      keras.put(layer + "/" + variable, laidOut(value, isDepthwise, layer.endsWith("qkv_conv")));
    }
  }

  private static Tensor rows(Tensor value, int from, int count) {
    int inner = value.shape().inner().size();
    return Tensor.generate(value.shape().with(0, count), i -> value.value(from * inner + i));
  }

  private static Tensor transposed(Tensor matrix) {
    int outputs = matrix.shape().extent(0);
    int inputs = matrix.shape().extent(1);
    return Tensor.generate(Shape.of(inputs, outputs), i -> matrix.at(i % outputs, i / outputs));
  }

  /** h × w × in × out, h × w × in × multiplier, or in × out. */
  private static Tensor laidOut(Tensor value, boolean isDepthwise, boolean isPixel) {
    Shape shape = value.shape();
    if (shape.rank() == 2) {
      Tensor matrix = transposed(value);
      return isPixel ? matrix.reshape(matrix.shape().within(1).within(1)) : matrix;
    }
    if (shape.rank() != 4) {
      return value;
    }
    int height = shape.extent(2);
    int width = shape.extent(3);
    int outputs = shape.extent(0);
    int inputs = shape.extent(1);
    if (isDepthwise) {
      return Tensor.generate(
          Shape.of(height, width, outputs, 1),
          i -> value.at(i % outputs, 0, i / outputs / width, i / outputs % width));
    }
    return Tensor.generate(
        Shape.of(height, width, inputs, outputs),
        i ->
            value.at(
                i % outputs,
                i / outputs % inputs,
                i / outputs / inputs / width,
                i / outputs / inputs % width));
  }
}
