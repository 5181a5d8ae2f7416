package org.neuralharmonizer.nn.zoo;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Movement;
import org.neuralharmonizer.expr.Span;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Initializer;
import org.neuralharmonizer.nn.Layer;
import org.neuralharmonizer.nn.Padding;
import org.neuralharmonizer.nn.ParameterRole;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.nn.Residual;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * LeViT: four convolutions, then stages of attention with a learned bias for each offset between
 * query and key, and attention that halves height and width between them. Batch normalization
 * follows every matrix. Without the head for distillation. Names are those of
 * keras_cv_attention_models.
 *
 * @param size height and width of an image, a multiple of 16
 * @param widths of a token in each stage, the first a multiple of 8
 * @param heads of an attention in each stage
 * @param depth attentions of each stage
 * @param keys numbers in a query and a key of one head
 * @see <a href="https://arxiv.org/abs/2104.01136">Graham et al.: LeViT</a>
 */
public record LeVit(
    int size, int classes, List<Integer> widths, List<Integer> heads, int depth, int keys) {
  private static final int REDUCTION = 16;
  private static final int STEM = 4;

  /** Values of one head over its keys, in a stage and between two. */
  private static final int RATIO = 2;

  private static final int RATIO_BETWEEN = 4;
  private static final int EXPANSION = 2;

  public LeVit {
    widths = List.copyOf(widths);
    heads = List.copyOf(heads);
    if (size < REDUCTION || size % REDUCTION != 0) {
      throw new IllegalArgumentException(
          "LeViT: images of %d pixels do not halve four times — use a multiple of %d"
              .formatted(size, REDUCTION));
    }
    if (widths.isEmpty() || widths.size() != heads.size() || widths.get(0) % (1 << 3) != 0) {
      throw new IllegalArgumentException(
          "LeViT: widths %s and heads %s — give one of each per stage, the first width a multiple of 8"
              .formatted(widths, heads));
    }
  }

  /** LeViT-128. */
  public static LeVit of128(int size, int classes) {
    return new LeVit(size, classes, List.of(128, 256, 384), List.of(4, 8, 12), 4, 16);
  }

  /** The network. */
  public Classifier classifier() {
    int width = widths.get(0);
    Sequential network = stem(width).then(Shaping.TOKENS);
    int side = size / REDUCTION;
    for (int stage = 0; stage < widths.size(); stage++) {
      String name = "stack" + (stage + 1) + "_";
      for (int block = 1; block <= depth; block++) {
        String each = name + "block" + block + "_";
        Attention attention =
            new Attention(each, width, heads.get(stage), keys, RATIO, side, 1, width);
        network = network.then(Residual.of(attention)).then(perceptron(each, width));
      }
      if (stage + 1 < widths.size()) {
        String between = name + "downsample_";
        int next = widths.get(stage + 1);
        network =
            network
                .then(
                    new Attention(between, width, width / keys, keys, RATIO_BETWEEN, side, 2, next))
                .then(perceptron(between, next));
        width = next;
        side = (side + 1) / 2;
      }
    }
    network =
        network
            .then((x, context) -> x.mean(1))
            .then("head_bn", BatchNorm.of(width))
            .then("head", Dense.of(width, classes));
    return Classifier.of(network, Shape.of(3, size, size), classes);
  }

  /**
   * Parameters from arrays of keras_cv_attention_models, {@code layer/variable}.
   *
   * @throws IllegalArgumentException if an array's name or rank is not one of LeViT's
   */
  public static Parameters fromKeras(Map<String, Tensor> arrays) {
    return KerasArrays.of("LeViT").converted(arrays);
  }

  private static Sequential stem(int width) {
    Sequential network = Sequential.empty();
    int channels = 3;
    for (int i = 1; i <= STEM; i++) {
      int outputs = width >> (STEM - i);
      Conv conv = Conv.of(channels, outputs, 3).withStride(2).withPadding(Padding.symmetric(1));
      network =
          network.then(
              Blocks.normalised("stem_" + i + "_conv", "stem_" + i + "_bn", conv, outputs));
      network = i < STEM ? network.then(Activation.HARD_SWISH) : network;
      channels = outputs;
    }
    return network;
  }

  private static Layer perceptron(String name, int width) {
    String first = name + "mlp_1_";
    String second = name + "mlp_2_";
    int inner = EXPANSION * width;
    return Residual.of(
        (input, context) -> {
          Expr hidden = normalised(first + "dense", first + "bn", width, inner, input, context);
          Expr active = Activation.HARD_SWISH.of(hidden);
          return normalised(second + "dense", second + "bn", inner, width, active, context);
        });
  }

  /** A matrix for each token, and the batch norm of its outputs. */
  private static Expr normalised(
      String dense, String norm, int inputs, int outputs, Expr tokens, Context context) {
    Dense matrix = Dense.of(inputs, outputs).withBias(Bias.NONE);
    Expr result = context.apply(dense, matrix, tokens);
    Shape shape = result.shape();
    Expr rows = result.reshape(shape.extent(0) * shape.extent(1), outputs);
    return context.apply(norm, BatchNorm.of(outputs), rows).reshape(shape);
  }

  /**
   * Attention over a square of tokens, of which every {@code stride}-th row and column asks.
   *
   * @param ratio values of a head over its keys
   * @param side tokens in a row and in a column
   */
  private record Attention(
      String name, int width, int heads, int keys, int ratio, int side, int stride, int outputs)
      implements Layer {

    @Override
    public Expr apply(Expr input, Context context) {
      int images = input.shape().extent(0);
      int values = ratio * keys;
      Expr queries;
      Expr others;
      if (stride == 1) {
        Expr joint =
            normalised(
                name + "qkv", name + "qkv_bn", width, heads * (2 * keys + values), input, context);
        Expr each = heads(joint, 2 * keys + values);
        queries = Functions.slice(each, 3, 0, keys);
        others = Functions.slice(each, 3, keys, 2 * keys + values);
      } else {
        Expr asking =
            normalised(name + "q", name + "q_bn", width, heads * keys, every(input), context);
        queries = heads(asking, keys);
        Expr joint =
            normalised(name + "kv", name + "kv_bn", width, heads * (keys + values), input, context);
        others = heads(joint, keys + values);
      }
      Expr scores =
          queries.times(1 / Math.sqrt(keys)).matmulTransposed(Functions.slice(others, 3, 0, keys));
      Expr weights = Functions.softmax(scores.plus(offsets(context)), -1);
      Expr mixed =
          weights
              .matmul(Functions.slice(others, 3, keys, keys + values))
              .permute(0, 2, 1, 3)
              .reshape(images, asked() * asked(), heads * values);
      return normalised(
          name + "out",
          name + "out_bn",
          heads * values,
          outputs,
          Activation.HARD_SWISH.of(mixed),
          context);
    }

    private int asked() {
      return (side + stride - 1) / stride;
    }

    /** N × heads × tokens × numbers. */
    private Expr heads(Expr tokens, int numbers) {
      Shape shape = tokens.shape();
      return tokens.reshape(shape.extent(0), shape.extent(1), heads, numbers).permute(0, 2, 1, 3);
    }

    private Expr every(Expr tokens) {
      int images = tokens.shape().extent(0);
      Span places = new Span(0, stride, asked());
      return tokens
          .reshape(images, side, side, width)
          .slice(Span.all(images), places, places, Span.all(width))
          .reshape(images, asked() * asked(), width);
    }

    /** For each head, query and key the bias of their distance down and across. */
    private Expr offsets(Context context) {
      int asked = asked();
      Expr table =
          context
              .at(name + "attn_pos")
              .parameter(
                  "positional_embedding",
                  Shape.of(side * side, heads),
                  ParameterRole.EMBEDDING,
                  Initializer.zeros());
      int all = side * side;
      Tensor rows =
          Tensor.generate(
              Shape.of(asked * asked * all),
              i -> {
                int query = i / all;
                int key = i % all;
                int down = Math.abs(key / side - query / asked * stride);
                int across = Math.abs(key % side - query % asked * stride);
                return down * side + across;
              });
      return Expr.of(new Movement.GatherRows(), table, Expr.constant(rows))
          .reshape(asked * asked, all, heads)
          .permute(2, 0, 1);
    }
  }
}
