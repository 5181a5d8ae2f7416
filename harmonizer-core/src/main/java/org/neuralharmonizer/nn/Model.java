package org.neuralharmonizer.nn;

import java.util.Map;
import org.neuralharmonizer.expr.Expr;

/**
 * f of an explanation g(f, x, y): from images N × C × H × W to logits N × K, as expressions. A
 * network that is built of named layers also tells what they gave: see {@link Classifier#model}.
 */
@FunctionalInterface
public interface Model {

  /** The logits N × K of images; may be asked any number of times, also for other images. */
  Expr logits(Expr images);

  /**
   * The outputs of all named layers, and other values that layers name, by path in the order in
   * which they are computed; {@link #logits} of the same images depends on these very expressions.
   * Empty for a model that is nothing but a function.
   */
  default Map<String, Expr> activations(Expr images) {
    return Map.of();
  }

  /**
   * The output of one named layer, such as {@code "block1.conv"}.
   *
   * @throws IllegalArgumentException listing the names that there are
   */
  default Expr activation(String path, Expr images) {
    Map<String, Expr> all = activations(images);
    Expr activation = all.get(path);
    if (activation == null) {
      throw new IllegalArgumentException(
          "model: there is no layer \"%s\" — there are %s".formatted(path, all.keySet()));
    }
    return activation;
  }
}
