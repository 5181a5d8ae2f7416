package org.neuralharmonizer.train;

import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.DecayRule;
import org.neuralharmonizer.nn.Parameter;

/**
 * Adam, and with decoupled weight decay AdamW. With the gradient g at step t, m ← β₁ m + (1 − β₁) g
 * and v ← β₂ v + (1 − β₂) g²; the parameter moves by −η (m̂ / (√v̂ + ε) + δ θ), where m̂ = m / (1 −
 * β₁ᵗ), v̂ = v / (1 − β₂ᵗ), and δ is the decay of parameters that the rule lets decay.
 *
 * <p>Weight decay of the objective (λ₂) is part of the gradient and goes through m and v; for AdamW
 * set λ₂ to 0.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma, Ba: Adam</a>
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov, Hutter: Decoupled weight decay
 *     regularization</a>
 */
public final class Adam implements Optimizer {
  private static final double FIRST_DECAY = 0.9;
  private static final double SECOND_DECAY = 0.999;
  private static final double EPSILON = 1e-8;

  private final double firstDecay;
  private final double secondDecay;
  private final double epsilon;
  private final double weightDecay;
  private final DecayRule rule;

  private Adam(
      double firstDecay, double secondDecay, double epsilon, double weightDecay, DecayRule rule) {
    requireDecay(firstDecay);
    requireDecay(secondDecay);
    if (!(epsilon > 0 && weightDecay >= 0 && Double.isFinite(epsilon + weightDecay))) {
      throw new IllegalArgumentException(
          "adam: epsilon must be positive and weight decay not negative, not %s and %s"
              .formatted(epsilon, weightDecay));
    }
    this.firstDecay = firstDecay;
    this.secondDecay = secondDecay;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    this.rule = rule;
  }

  /** β₁ = 0.9, β₂ = 0.999, ε = 1e-8, no decoupled decay. */
  public static Adam standard() {
    return new Adam(FIRST_DECAY, SECOND_DECAY, EPSILON, 0, DecayRule.weights());
  }

  /** AdamW: {@link #standard} with decoupled decay of weights, not of biases and the like. */
  public static Adam withDecay(double decay) {
    return standard().decaying(decay, DecayRule.weights());
  }

  /** The same with other β₁ and β₂, each in [0, 1). */
  public Adam withBetas(double first, double second) {
    return new Adam(first, second, epsilon, weightDecay, rule);
  }

  public Adam withEpsilon(double other) {
    return new Adam(firstDecay, secondDecay, other, weightDecay, rule);
  }

  /** The same with decoupled decay of what a rule lets decay. */
  public Adam decaying(double decay, DecayRule which) {
    return new Adam(firstDecay, secondDecay, epsilon, decay, which);
  }

  @Override
  public List<String> memory() {
    return List.of("mean", "mean square");
  }

  @Override
  public Change change(Parameter parameter, Expr gradient, List<Expr> memory, Progress progress) {
    Expr present = parameter.leaf();
    Expr mean = memory.get(0).times(firstDecay).plus(gradient.times(1 - firstDecay));
    Expr square = memory.get(1).times(secondDecay).plus(gradient.squared().times(1 - secondDecay));
    Expr root = square.times(correction(secondDecay, progress)).sqrt();
    Expr direction = mean.times(correction(firstDecay, progress)).dividedBy(root.plus(epsilon));
    if (weightDecay > 0 && rule.decays(parameter)) {
      direction = direction.plus(present.times(weightDecay));
    }
    return new Change(
        present.minus(direction.times(progress.learningRate())), List.of(mean, square));
  }

  @Override
  public String description() {
    return "adam(beta %s and %s, epsilon %s, decoupled decay %s)"
        .formatted(firstDecay, secondDecay, epsilon, weightDecay);
  }

  /** 1 / (1 − βᵗ). */
  private static Expr correction(double decay, Progress progress) {
    return decay == 0
        ? Expr.literal(1)
        : progress.step().times(Math.log(decay)).exp().negated().plus(1).reciprocal();
  }

  private static void requireDecay(double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("adam: beta must lie in [0, 1), not " + decay);
    }
  }
}
