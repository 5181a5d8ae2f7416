package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Self-attention over tokens N × T × D: softmax(q kᵀ / √(D/heads)) v in each head. The dense layer
 * {@code qkv} gives queries, keys and values in this order, each split into heads; {@code proj}
 * joins the heads.
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al.: Attention is all you need</a>
 */
public final class MultiHeadAttention implements Layer {
  /** The name of the weights N × heads × T × T, rows summing to 1, among a model's activations. */
  public static final String WEIGHTS = "attention_weights";

  private final int width;
  private final int heads;

  private MultiHeadAttention(int width, int heads) {
    if (heads < 1 || width % heads != 0) {
      throw new ShapeException(
          "attention: width %d does not divide into %d heads".formatted(width, heads));
    }
    this.width = width;
    this.heads = heads;
  }

  public static MultiHeadAttention of(int width, int heads) {
    return new MultiHeadAttention(width, heads);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Shape shape = input.shape();
    if (shape.rank() != 3 || shape.extent(2) != width) {
      throw context.shapeError(
          "attention", "input is %s, expected N × T × %d".formatted(shape, width));
    }
    int each = width / heads;
    Expr joint =
        context
            .apply("qkv", Dense.of(width, 3 * width), input)
            .reshape(shape.extent(0), shape.extent(1), 3, heads, each)
            .permute(2, 0, 3, 1, 4);
    Expr queries = part(joint, 0).times(1 / Math.sqrt(each));
    Expr weights =
        context.named(WEIGHTS, Functions.softmax(queries.matmulTransposed(part(joint, 1)), -1));
    Expr mixed = weights.matmul(part(joint, 2)).permute(0, 2, 1, 3).reshape(shape);
    return context.apply("proj", Dense.of(width, width), mixed);
  }

  private static Expr part(Expr joint, int position) {
    return Functions.slice(joint, 0, position, position + 1).reshape(joint.shape().inner());
  }
}
