package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * A part of a network, or all of it: from an input expression to an output expression.
 *
 * <p>A layer holds no values. It declares the parameters it needs in the {@link Context}, under
 * names that are unique below its path, and may be applied any number of times; applied again under
 * the same path it uses the same parameters. Layers are stateless and safe to share between
 * threads.
 */
@FunctionalInterface
public interface Layer {

  /**
   * The output for an input.
   *
   * @throws ShapeException if the input does not fit the layer
   */
  Expr apply(Expr input, Context context);
}
