package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;

/**
 * A learned class token put before the tokens N × T × D, and a learned position added to each:
 * parameters {@code cls_token} 1 × 1 × D and {@code pos_embed} 1 × (T + 1) × D.
 *
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy et al.: An image is worth 16×16
 *     words</a>
 */
public final class TokenEmbedding implements Layer {
  private static final double DEVIATION = 0.02;

  private final int width;

  private TokenEmbedding(int width) {
    this.width = width;
  }

  public static TokenEmbedding of(int width) {
    return new TokenEmbedding(width);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Shape shape = input.shape();
    if (shape.rank() != 3 || shape.extent(2) != width) {
      throw context.shapeError(
          "token embedding", "input is %s, expected N × T × %d".formatted(shape, width));
    }
    Expr token = embedding("cls_token", 1, context);
    Expr positions = embedding("pos_embed", shape.extent(1) + 1, context);
    return Functions.concat(1, token.broadcastTo(shape.with(1, 1)), input).plus(positions);
  }

  private Expr embedding(String name, int tokens, Context context) {
    return context.parameter(
        name,
        Shape.of(1, tokens, width),
        ParameterRole.EMBEDDING,
        Initializer.truncatedNormal(DEVIATION));
  }
}
