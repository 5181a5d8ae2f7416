package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;

/**
 * A dense layer on the innermost axis, … × I → … × O, with parameters {@code weight} O × I and
 * {@code bias} O. Starts with a learned bias and Glorot's initializer.
 */
public final class Dense implements Layer {
  private final int inputs;
  private final int outputs;
  private final Bias bias;
  private final Initializer initializer;

  private Dense(int inputs, int outputs, Bias bias, Initializer initializer) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.bias = bias;
    this.initializer = initializer;
  }

  public static Dense of(int inputs, int outputs) {
    return new Dense(inputs, outputs, Bias.LEARNED, Initializer.glorotUniform());
  }

  public Dense withBias(Bias other) {
    return new Dense(inputs, outputs, other, initializer);
  }

  /** How the matrix starts; biases start at 0. */
  public Dense withInitializer(Initializer other) {
    return new Dense(inputs, outputs, bias, other);
  }

  @Override
  public Expr apply(Expr input, Context context) {
    Shape shape = input.shape();
    Shape matrix = Shape.of(outputs, inputs);
    if (shape.rank() < 2 || shape.extent(-1) != inputs) {
      throw context.shapeError(
          "dense", "input is %s, the matrix %s expects … × %d".formatted(shape, matrix, inputs));
    }
    Expr weight = context.parameter("weight", matrix, ParameterRole.WEIGHT, initializer);
    Expr rows = input.reshape(shape.size() / inputs, inputs);
    Expr result = rows.matmulTransposed(weight);
    if (bias == Bias.LEARNED) {
      result =
          result.plus(
              context.parameter(
                  "bias", Shape.of(outputs), ParameterRole.BIAS, Initializer.zeros()));
    }
    return result.reshape(shape.with(-1, outputs));
  }
}
