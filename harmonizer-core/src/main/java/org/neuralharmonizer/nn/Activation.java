package org.neuralharmonizer.nn;

import java.util.function.UnaryOperator;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;

/** Functions of one variable, element by element, as layers; see {@link Functions} for formulas. */
public enum Activation implements Layer {
  IDENTITY(x -> x),
  RELU(Functions::relu),
  RELU6(Functions::relu6),
  ELU(Functions::elu),
  SWISH(Functions::swish),
  HARD_SWISH(Functions::hardSwish),
  MISH(Functions::mish),
  /** The exact form, x · Φ(x). */
  GELU(Functions::gelu),
  /** The approximation by tanh. */
  GELU_TANH(Functions::geluTanh),
  SOFTPLUS(Functions::softplus),
  SIGMOID(Functions::sigmoid),
  HARD_SIGMOID(Functions::hardSigmoid),
  TANH(Expr::tanh);

  private final UnaryOperator<Expr> function;

  Activation(UnaryOperator<Expr> function) {
    this.function = function;
  }

  @Override
  public Expr apply(Expr input, Context context) {
    return function.apply(input);
  }
}
