package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;

/** Functions of one variable, element by element, as layers; see {@link Functions} for formulas. */
public enum Activation implements Layer {
  IDENTITY,
  RELU,
  RELU6,
  ELU,
  SWISH,
  HARD_SWISH,
  MISH,
  /** The exact form, x · Φ(x). */
  GELU,
  /** The approximation by tanh. */
  GELU_TANH,
  SOFTPLUS,
  SIGMOID,
  HARD_SIGMOID,
  TANH;

  /** The function of an expression. */
  public Expr of(Expr x) {
    return switch (this) {
      case IDENTITY -> x;
      case RELU -> Functions.relu(x);
      case RELU6 -> Functions.relu6(x);
      case ELU -> Functions.elu(x);
      case SWISH -> Functions.swish(x);
      case HARD_SWISH -> Functions.hardSwish(x);
      case MISH -> Functions.mish(x);
      case GELU -> Functions.gelu(x);
      case GELU_TANH -> Functions.geluTanh(x);
      case SOFTPLUS -> Functions.softplus(x);
      case SIGMOID -> Functions.sigmoid(x);
      case HARD_SIGMOID -> Functions.hardSigmoid(x);
      case TANH -> x.tanh();
    };
  }

  @Override
  public Expr apply(Expr input, Context context) {
    return of(input);
  }
}
