package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;

/** Layers without parameters between parts of a network. */
public enum Shaping implements Layer {
  /** N × C × H × W to N × C·H·W, channels outermost. */
  FLATTEN {
    @Override
    public Expr apply(Expr input, Context context) {
      Shape shape = input.shape();
      if (shape.rank() < 1) {
        throw context.shapeError("flatten", "input is a scalar, expected N × …");
      }
      return input.reshape(shape.extent(0), shape.inner().size());
    }
  },

  /** The mean over pixels: N × C × H × W to N × C. */
  GLOBAL_AVERAGE {
    @Override
    public Expr apply(Expr input, Context context) {
      if (input.shape().rank() != 4) {
        throw context.shapeError(
            "global average", "input is " + input.shape() + ", expected N × C × H × W");
      }
      return Functions.globalAverage(input);
    }
  },

  /** Pixels as tokens, row by row: N × C × H × W to N × H·W × C. */
  TOKENS {
    @Override
    public Expr apply(Expr input, Context context) {
      Shape shape = input.shape();
      if (shape.rank() != 4) {
        throw context.shapeError("tokens", "input is " + shape + ", expected N × C × H × W");
      }
      int pixels = shape.extent(2) * shape.extent(3);
      return input.reshape(shape.extent(0), shape.extent(1), pixels).permute(0, 2, 1);
    }
  },

  /** N × C × H × W to N × H × W × C. */
  CHANNELS_LAST {
    @Override
    public Expr apply(Expr input, Context context) {
      if (input.shape().rank() != 4) {
        throw context.shapeError(
            "channels last", "input is " + input.shape() + ", expected N × C × H × W");
      }
      return input.permute(0, 2, 3, 1);
    }
  },

  /** N × H × W × C to N × C × H × W. */
  CHANNELS_FIRST {
    @Override
    public Expr apply(Expr input, Context context) {
      if (input.shape().rank() != 4) {
        throw context.shapeError(
            "channels first", "input is " + input.shape() + ", expected N × H × W × C");
      }
      return input.permute(0, 3, 1, 2);
    }
  },

  /** The first token, such as a class token: N × T × D to N × D. */
  FIRST_TOKEN {
    @Override
    public Expr apply(Expr input, Context context) {
      Shape shape = input.shape();
      if (shape.rank() != 3) {
        throw context.shapeError("first token", "input is " + shape + ", expected N × T × D");
      }
      return Functions.slice(input, 1, 0, 1).reshape(shape.extent(0), shape.extent(2));
    }
  }
}
