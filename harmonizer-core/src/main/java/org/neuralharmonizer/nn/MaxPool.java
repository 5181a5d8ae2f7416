package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;

/**
 * The largest element of each square window, channel by channel; the gradient goes to the first of
 * equals, padding is never chosen. Starts with windows side by side and no padding.
 */
public final class MaxPool implements Layer {
  private final Window window;

  private MaxPool(Window window) {
    this.window = window;
  }

  public static MaxPool of(int kernel) {
    return new MaxPool(new Window(kernel, kernel, kernel, 1, Padding.valid()));
  }

  public MaxPool withStride(int stride) {
    return new MaxPool(window.withStride(stride));
  }

  public MaxPool withPadding(Padding padding) {
    return new MaxPool(window.withPadding(padding));
  }

  @Override
  public Expr apply(Expr input, Context context) {
    return Functions.maxPool(input, window.over("max pool", input.shape(), context));
  }
}
