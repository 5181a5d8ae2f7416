package org.neuralharmonizer.train;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Parameter;

/**
 * Stochastic gradient descent with momentum μ: the velocity is v ← μ v + g, and the parameter moves
 * by −η v, or by −η (g + μ v) in Nesterov's form. This is the rule of PyTorch and, as long as η is
 * constant, that of Keras.
 */
public final class Sgd implements Optimizer {
  private final double momentum;
  private final Form form;

  /** Which step follows from the velocity. */
  private enum Form {
    CLASSICAL,
    NESTEROV
  }

  private Sgd(double momentum, Form form) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("sgd: momentum must lie in [0, 1), not " + momentum);
    }
    this.momentum = momentum;
    this.form = form;
  }

  /** Without momentum. */
  public static Sgd plain() {
    return new Sgd(0, Form.CLASSICAL);
  }

  public static Sgd withMomentum(double momentum) {
    return new Sgd(momentum, Form.CLASSICAL);
  }

  public static Sgd withNesterovMomentum(double momentum) {
    return new Sgd(momentum, Form.NESTEROV);
  }

  @Override
  public List<String> memory() {
    return momentum == 0 ? List.of() : List.of("velocity");
  }

  @Override
  public Change change(Parameter parameter, Expr gradient, List<Expr> memory, Progress progress) {
    Expr present = parameter.leaf();
    Expr rate = progress.learningRate();
    if (momentum == 0) {
      return new Change(present.minus(gradient.times(rate)), List.of());
    }
    Expr velocity = memory.get(0).times(momentum).plus(gradient);
    Expr direction = form == Form.CLASSICAL ? velocity : gradient.plus(velocity.times(momentum));
    return new Change(present.minus(direction.times(rate)), List.of(velocity));
  }

  @Override
  public String description() {
    return "sgd(momentum " + momentum + (form == Form.NESTEROV ? ", nesterov)" : ")");
  }
}
