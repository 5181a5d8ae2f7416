package org.neuralharmonizer.explain;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.nn.MultiHeadAttention;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * How much of each patch reaches the class token of a vision transformer: the product over blocks
 * of ½ (attention averaged over heads) + ½ I, the row of the first token without itself, as a
 * picture of patches, resized to the image. It does not look at the class. Patches must come row by
 * row after one class token, on a grid of the image's proportions.
 *
 * @see <a href="https://arxiv.org/abs/2005.00928">Abnar, Zuidema: Quantifying attention flow in
 *     transformers</a>
 */
public record AttentionRollout() implements ExplanationFunctional {

  /**
   * The maps N × H × W.
   *
   * @throws IllegalArgumentException if the model has no attention
   * @throws ShapeException if tokens are not a class token and a grid of patches
   */
  @Override
  public Expr explain(Model model, Expr images, Expr labels) {
    List<Expr> attentions =
        model.activations(images).entrySet().stream()
            .filter(each -> each.getKey().endsWith(MultiHeadAttention.WEIGHTS))
            .map(each -> each.getValue())
            .toList();
    if (attentions.isEmpty()) {
      throw new IllegalArgumentException(
          "attention rollout: the model has no multi-head attention — use another explanation");
    }
    Shape image = images.shape();
    int tokens = attentions.get(0).shape().extent(-1);
    TokenGrid grid = TokenGrid.of("attention rollout", tokens, image);
    if (grid.first() == 0) {
      throw new ShapeException(
          "attention rollout: all %d tokens are patches of images %s, a class token is needed"
              .formatted(tokens, image));
    }
    Expr identity = identity(tokens);
    // From the last block down, so that only the row of the class token is carried along.
    Expr row = Functions.slice(identity, 0, 0, 1).broadcastTo(Shape.of(image.extent(0), 1, tokens));
    for (int i = attentions.size() - 1; i >= 0; i--) {
      row = row.matmul(attentions.get(i).mean(1).plus(identity).times(0.5));
    }
    Expr patches = grid.pixels(row.permute(0, 2, 1));
    Expr map = patches.reshape(image.extent(0), grid.rows(), grid.columns());
    return Functions.resizeBilinear(map, image.extent(2), image.extent(3));
  }

  private static Expr identity(int tokens) {
    return Expr.constant(
        Tensor.generate(Shape.of(tokens, tokens), i -> i / tokens == i % tokens ? 1 : 0));
  }
}
