package org.neuralharmonizer.loss;

import java.util.Collection;
import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.nn.Parameter;

/**
 * The penalty on large parameters, before its factor λ₂: a multiple of the sum of squares of all
 * parameters that a rule lets decay; 0 if there are none.
 *
 * @param factor of the sum of squares
 */
public record WeightDecay(double factor, DecayRule rule) {

  /** Σ θ² over everything learned, as the paper's equation 2 writes it. */
  public static WeightDecay asInPaper() {
    return new WeightDecay(1, DecayRule.everything());
  }

  /** ½ Σ θ² over what the released code lets decay. */
  public static WeightDecay asReleased() {
    return new WeightDecay(0.5, DecayRule.asReleased());
  }

  public WeightDecay withRule(DecayRule other) {
    return new WeightDecay(factor, other);
  }

  /** Those of the parameters that decay. */
  public List<Parameter> decaying(Collection<Parameter> parameters) {
    return parameters.stream().filter(Parameter::trainable).filter(rule::decays).toList();
  }

  /** The penalty, a scalar. */
  public Expr penalty(Collection<Parameter> parameters) {
    return decaying(parameters).stream()
        .map(parameter -> parameter.leaf().squared().sum())
        .reduce(Expr::plus)
        .map(sum -> sum.times(factor))
        .orElseGet(() -> Expr.literal(0));
  }
}
