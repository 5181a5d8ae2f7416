package org.neuralharmonizer.nn.zoo;

import static org.neuralharmonizer.nn.zoo.Blocks.normalised;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.AveragePool;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.LayerNorm;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.ParameterRole;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.nn.SqueezeExcite;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * MaxViT: stages of blocks, each a mobile convolution, attention within windows of neighbours, and
 * attention over a grid of as many tokens spread over the whole image; with a learned bias for each
 * offset. As TensorFlow's and keras_cv_attention_models', whose names it has: padding SAME, the
 * approximation of GELU by tanh.
 *
 * @param size height and width of an image, a multiple of 32; windows are a thirty-second of it
 * @param stem channels of the first two convolutions
 * @param blocks in each stage
 * @param widths of each stage, multiples of {@code headSize}
 * @param headSize numbers of a head
 * @see <a href="https://arxiv.org/abs/2204.01697">Tu et al.: MaxViT</a>
 */
public record MaxVit(
    int size, int classes, int stem, List<Integer> blocks, List<Integer> widths, int headSize) {
  private static final int REDUCTION = 32;
  private static final int EXPANSION = 4;
  private static final double BATCH_EPSILON = 1e-3;
  private static final double MOMENTUM = 0.01;

  /** Squeezed channels over expanded ones. */
  private static final double SQUEEZE = 0.25 / EXPANSION;

  public MaxVit {
    blocks = Blocks.ofFourStages("MaxViT", blocks);
    widths = Blocks.ofFourStages("MaxViT", widths);
    if (size < REDUCTION || size % REDUCTION != 0) {
      throw new IllegalArgumentException(
          "MaxViT: images of %d pixels do not halve five times — use a multiple of %d"
              .formatted(size, REDUCTION));
    }
    int each = headSize;
    if (each < 1 || widths.stream().anyMatch(width -> width % each != 0)) {
      throw new IllegalArgumentException(
          "MaxViT: widths %s do not divide into heads of %d".formatted(widths, headSize));
    }
  }

  /** MaxViT-T. */
  public static MaxVit tiny(int size, int classes) {
    return new MaxVit(size, classes, 64, List.of(2, 2, 5, 2), List.of(64, 128, 256, 512), 32);
  }

  /** The network. */
  public Classifier classifier() {
    Conv first = Conv.of(3, stem, 3).withStride(2).withPadding(Padding.same());
    Sequential network =
        Sequential.empty()
            .then("stem_1_conv", first)
            .then("stem_1_bn", norm(stem))
            .then(Activation.GELU_TANH)
            .then("stem_2_conv", Conv.of(stem, stem, 3).withPadding(Padding.same()));
    int channels = stem;
    for (int stage = 0; stage < widths.size(); stage++) {
      int outputs = widths.get(stage);
      for (int block = 0; block < blocks.get(stage); block++) {
        int stride = block == 0 ? 2 : 1;
        String name = "stack_%d_block_%d.".formatted(stage + 1, block + 1);
        network = network.then(new MobileConvolution(name + "mbconv", channels, outputs, stride));
        for (Reach reach : Reach.values()) {
          network = network.then(attention(name + reach.word, reach, outputs));
        }
        channels = outputs;
      }
    }
    network =
        network
            .then(Shaping.GLOBAL_AVERAGE)
            .then("post_ln", LayerNorm.of(channels))
            .then("features", Dense.of(channels, channels))
            .then(Activation.TANH)
            .then("predictions", Dense.of(channels, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  /**
   * Parameters from arrays of keras_cv_attention_models, {@code layer/variable}.
   *
   * @throws IllegalArgumentException if an array's name or rank is not one of MaxViT's
   */
  public static Parameters fromKeras(Map<String, Tensor> arrays) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    KerasArrays.of("MaxViT")
        .converted(arrays)
        .asMap()
        .forEach(
            (path, value) ->
                values.put(
                    path, path.endsWith("qkv_conv.weight") ? KerasArrays.matrix(value) : value));
    return Parameters.of(values);
  }

  private static BatchNorm norm(int channels) {
    return BatchNorm.of(channels).withEpsilon(BATCH_EPSILON).withMomentum(MOMENTUM);
  }

  /** The input, pooled and projected where it does not fit, and what convolutions add to it. */
  private record MobileConvolution(String name, int inputs, int outputs, int stride)
      implements Layer {

    @Override
    public Expr apply(Expr input, Context context) {
      Context here = context.at(name);
      Expr carried = stride == 1 ? input : AveragePool.of(stride).apply(input, here);
      if (inputs != outputs) {
        carried = here.apply("shortcut_conv", Conv.pointwise(inputs, outputs), carried);
      }
      int expanded = EXPANSION * outputs;
      Conv depthwise = Conv.depthwise(expanded, 3).withStride(stride).withPadding(Padding.same());
      SqueezeExcite squeeze =
          SqueezeExcite.of(expanded, Blocks.divisible(SQUEEZE * expanded))
              .withActivation(Activation.SWISH)
              .withNames("1_conv", "2_conv");
      Conv expand = Conv.pointwise(inputs, expanded);
      Sequential branch =
          Sequential.empty()
              .then("preact_bn", norm(inputs))
              .then(normalised("expand_conv", "expand_bn", expand, norm(expanded)))
              .then(Activation.GELU_TANH)
              .then(normalised("MB_dw_conv", "MB_dw_bn", depthwise, norm(expanded)))
              .then(Activation.GELU_TANH)
              .then("se", squeeze)
              .then("MB_pw_conv", Conv.pointwise(expanded, outputs));
      return carried.plus(branch.apply(input, here));
    }
  }

  /** Which tokens attend to each other. */
  private enum Reach {
    /** Neighbours. */
    WINDOW("block"),
    /** As many, evenly spread. */
    GRID("grid");

    private final String word;

    Reach(String word) {
      this.word = word;
    }

    /** N × H × W × C to groups × tokens × C. */
    Expr parted(Expr x, int window) {
      Shape shape = x.shape();
      int images = shape.extent(0);
      int channels = shape.extent(3);
      int parts = shape.extent(1) / window;
      Expr apart =
          this == WINDOW
              ? x.reshape(images, parts, window, parts, window, channels).permute(0, 1, 3, 2, 4, 5)
              : x.reshape(images, window, parts, window, parts, channels).permute(0, 2, 4, 1, 3, 5);
      return apart.reshape(images * parts * parts, window * window, channels);
    }

    /** Back again, to the shape of what was parted. */
    Expr joined(Expr groups, int window, Shape shape) {
      int images = shape.extent(0);
      int channels = shape.extent(3);
      int parts = shape.extent(1) / window;
      Expr apart = groups.reshape(images, parts, parts, window, window, channels);
      Expr ordered =
          this == WINDOW ? apart.permute(0, 1, 3, 2, 4, 5) : apart.permute(0, 3, 1, 4, 2, 5);
      return ordered.reshape(shape);
    }
  }

  /** Attention and a perceptron, each added to its input. */
  private Layer attention(String name, Reach reach, int width) {
    Attention attending = new Attention(width, width / headSize, size / REDUCTION, reach);
    Sequential attention =
        Sequential.empty()
            .then(name + "_attn_preact_ln", LayerNorm.of(width))
            .then(name + "_window_mhsa", attending);
    Sequential perceptron =
        Sequential.empty()
            .then(name + "_ffn_preact_ln", LayerNorm.of(width))
            .then(name + "_ffn.1_dense", Dense.of(width, EXPANSION * width))
            .then(Activation.GELU_TANH)
            .then(name + "_ffn.2_dense", Dense.of(EXPANSION * width, width));
    return Sequential.empty()
        .then(Shaping.CHANNELS_LAST)
        .then(Residual.of(attention))
        .then(Residual.of(perceptron))
        .then(Shaping.CHANNELS_FIRST);
  }

  private record Attention(int width, int heads, int window, Reach reach) implements Layer {

    @Override
    public Expr apply(Expr input, Context context) {
      int each = width / heads;
      int tokens = window * window;
      Expr groups = reach.parted(input, window);
      int count = groups.shape().extent(0);
      Expr joint =
          context
              .apply("qkv_conv", Dense.of(width, 3 * width), groups)
              .reshape(count, tokens, 3, heads, each)
              .permute(2, 0, 3, 1, 4);
      Expr scores = part(joint, 0).times(1 / Math.sqrt(each)).matmulTransposed(part(joint, 1));
      Expr weights = Functions.softmax(scores.plus(offsets(context)), -1);
      Expr mixed = weights.matmul(part(joint, 2)).permute(0, 2, 1, 3).reshape(count, tokens, width);
      Expr result = context.apply("output", Dense.of(width, width), mixed);
      return reach.joined(result, window, input.shape());
    }

    private static Expr part(Expr joint, int position) {
      return Functions.slice(joint, 0, position, position + 1).reshape(joint.shape().inner());
    }

    /** For each head, query and key the bias of the way from one to the other. */
    private Expr offsets(Context context) {
      int span = 2 * window - 1;
      int tokens = window * window;
      Expr table =
          context
              .at("pos_emb")
              .parameter(
                  "positional_embedding",
                  Shape.of(heads, span * span),
                  ParameterRole.EMBEDDING,
                  Initializer.zeros());
      Tensor places =
          Tensor.generate(
              Shape.of(tokens * tokens),
              i -> {
                int query = i / tokens;
                int key = i % tokens;
                int down = query / window - key / window + window - 1;
                int across = query % window - key % window + window - 1;
                return down * span + across;
              });
      Expr columns = table.permute(1, 0);
      return Expr.of(new Movement.GatherRows(), columns, Expr.constant(places))
          .reshape(tokens, tokens, heads)
          .permute(2, 0, 1);
    }
  }
}
