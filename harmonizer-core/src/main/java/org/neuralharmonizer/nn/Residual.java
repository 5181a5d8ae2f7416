package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;

/**
 * The sum of a branch and a shortcut, both applied to the input at the residual's own path, so that
 * their children need different names. The shortcut starts as the identity.
 */
public final class Residual implements Layer {
  private final Layer branch;
  private final Layer shortcut;

  private Residual(Layer branch, Layer shortcut) {
    this.branch = branch;
    this.shortcut = shortcut;
  }

  public static Residual of(Layer branch) {
    return new Residual(branch, Activation.IDENTITY);
  }

  public Residual withShortcut(Layer other) {
    return new Residual(branch, other);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Expr sum = branch.apply(input, context);
    Expr carried = shortcut.apply(input, context);
    if (!sum.shape().equals(carried.shape())) {
      throw context.shapeError(
          "residual",
          "the branch gives %s, the shortcut %s — project the shortcut"
              .formatted(sum.shape(), carried.shape()));
    }
    return sum.plus(carried);
  }
}
