package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Functions.PaddingCount;

/**
 * The mean of each square window, channel by channel. Starts with windows side by side, no padding,
 * and padding left out of the mean.
 */
public final class AveragePool implements Layer {
  private final Window window;
  private final PaddingCount count;

  private AveragePool(Window window, PaddingCount count) {
    this.window = window;
    this.count = count;
  }

  public static AveragePool of(int kernel) {
    Window window = new Window(kernel, kernel, kernel, 1, Padding.valid());
    return new AveragePool(window, PaddingCount.EXCLUDED);
  }

  public AveragePool withStride(int stride) {
    return new AveragePool(window.withStride(stride), count);
  }

  public AveragePool withPadding(Padding padding) {
    return new AveragePool(window.withPadding(padding), count);
  }

  public AveragePool withPaddingCount(PaddingCount other) {
    return new AveragePool(window, other);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    return Functions.averagePool(input, window.over("average pool", input.shape(), context), count);
  }
}
