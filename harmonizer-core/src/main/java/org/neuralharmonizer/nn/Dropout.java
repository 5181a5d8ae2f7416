package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;

/**
 * Elements set to 0 at random in training, the others scaled so that the expectation stays; the
 * identity in inference. The mask is an input of the program, so the same seed drops the same
 * elements, and an explanation inside a loss sees the mask of its training step.
 *
 * @param probability the chance that an element is dropped, in [0, 1)
 */
public record Dropout(double probability) implements Layer {
  public Dropout {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "dropout: the probability must be in [0, 1), not " + probability);
    }
  }

  public static Dropout of(double probability) {
    return new Dropout(probability);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    if (context.mode() == Mode.INFERENCE || probability == 0) {
      return input;
    }
    return input.times(context.noise("mask", input.shape(), 1 - probability));
  }
}
