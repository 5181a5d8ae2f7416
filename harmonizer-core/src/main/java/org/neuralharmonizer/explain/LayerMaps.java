package org.neuralharmonizer.explain;

import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * A layer's output and the score's gradient there, both N × K × h × w, as class activation maps
 * need them.
 */
record LayerMaps(Expr activation, Expr gradient) {

  /** Of a named layer, whose output is pixels or tokens. */
  static LayerMaps of(
      String method, String layer, ClassScore score, Model model, Expr images, Expr labels) {
    Expr activation = model.activation(layer, images);
    Expr scores = score.of(model.logits(images), labels);
    Expr gradient = Derivatives.grad(scores.sum(), activation);
    int rank = activation.shape().rank();
    if (rank == 3) {
      TokenGrid grid = TokenGrid.of(method, activation.shape().extent(1), images.shape());
      return new LayerMaps(grid.pixels(activation), grid.pixels(gradient));
    }
    if (rank != 4) {
      throw new ShapeException(
          "%s: layer \"%s\" gives %s, expected pixels N × K × h × w or tokens N × T × K"
              .formatted(method, layer, activation.shape()));
    }
    return new LayerMaps(activation, gradient);
  }

  /** max(Σ weight · activation, 0) over channels, at the images' size; bilinear, half-pixel. */
  Expr map(Expr weights, Shape images) {
    Expr map = Functions.relu(activation.times(weights).sum(1));
    return Functions.resizeBilinear(map, images.extent(2), images.extent(3));
  }
}
