package org.neuralharmonizer.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.nn.Model;
import org.neuralharmonizer.tensor.Shape;

/**
 * Gradients at several changed copies of every image. Copies lie side by side in the batch, as many
 * as {@code maxBatch} allows, and at least one of each image.
 */
final class Copies {
  private Copies() {}

  /** The gradients of the score at each copy, in parts k × N × C × H × W. */
  static List<Expr> gradients(
      ClassScore score,
      Model model,
      Expr images,
      Expr labels,
      int count,
      int maxBatch,
      IntFunction<Expr> copy) {
    int n = images.shape().extent(0);
    int together = Math.max(1, Math.min(count, maxBatch / Math.max(1, n)));
    List<Expr> parts = new ArrayList<>();
    for (int from = 0; from < count; from += together) {
      int size = Math.min(together, count - from);
      Expr[] changed = new Expr[size];
      Expr[] repeated = new Expr[size];
      for (int i = 0; i < size; i++) {
        changed[i] = copy.apply(from + i);
        repeated[i] = labels;
      }
      Expr batch = Functions.concat(0, changed);
      Expr gradient = Saliency.gradient(score, model, batch, Functions.concat(0, repeated));
      Shape part = images.shape().within(size);
      parts.add(gradient.reshape(part));
    }
    return parts;
  }

  static int positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, not " + value);
    }
    return value;
  }
}
