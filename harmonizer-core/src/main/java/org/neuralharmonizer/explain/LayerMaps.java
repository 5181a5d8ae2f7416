package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/** What class activation maps have in common: a layer, the gradient there, and the way back up. */
final class LayerMaps {
  private LayerMaps() {}

  /** The layer's output, N × K × h × w. */
  static Expr activation(String method, String layer, Model model, Expr images) {
    Expr activation = model.activation(layer, images);
    if (activation.shape().rank() != 4) {
      throw new ShapeException(
          "%s: layer \"%s\" gives %s, expected N × K × h × w — name a convolutional one"
              .formatted(method, layer, activation.shape()));
    }
    return activation;
  }

  /** max(Σ weight · activation, 0) over channels, at the images' size; bilinear, half-pixel. */
  static Expr map(Expr activation, Expr weights, Shape images) {
    Expr map = Functions.relu(activation.times(weights).sum(1));
    return Functions.resizeBilinear(map, images.extent(2), images.extent(3));
  }
}
