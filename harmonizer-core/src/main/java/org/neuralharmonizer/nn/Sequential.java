package org.neuralharmonizer.nn;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.expr.Expr;

/**
 * Layers one after another. A child with a name declares its parameters below that name; one
 * without a name, such as an activation or a nested sequence, declares them at the sequence's own
 * path. Immutable: {@code then} returns a longer sequence.
 */
public final class Sequential implements Layer {
  private static final Sequential EMPTY = new Sequential(List.of());

  private final List<Layer> layers;

  private Sequential(List<Layer> layers) {
    this.layers = layers;
  }

  /** No layers: the identity. */
  public static Sequential empty() {
    return EMPTY;
  }

  /** The given layers, without names. */
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  public Sequential then(Layer layer) {
    List<Layer> longer = new ArrayList<>(layers);
    longer.add(layer);
    return new Sequential(List.copyOf(longer));
  }

  public Sequential then(String name, Layer layer) {
    return then((input, context) -> context.apply(name, layer, input));
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Expr result = input;
    for (Layer layer : layers) {
      result = layer.apply(result, context);
    }
    return result;
  }
}
