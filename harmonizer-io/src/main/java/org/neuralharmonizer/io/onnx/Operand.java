package org.neuralharmonizer.io.onnx;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * A value of the graph while its expressions are built.
 *
 * @param isKnown whether it depends on nothing that is given at every run, so that its numbers can
 *     be asked for now
 */
record Operand(Expr expr, ElementKind kind, boolean isKnown) {

  static Operand known(Tensor value, ElementKind kind) {
    Expr expr = value.shape().rank() == 0 ? Expr.literal(value.item()) : Expr.constant(value);
    return new Operand(expr, kind, true);
  }

  /** A list of whole numbers. */
  static Operand known(int... numbers) {
    Tensor list = Tensor.generate(Shape.of(numbers.length), i -> numbers[i]);
    return known(list, ElementKind.WHOLE);
  }

  Shape shape() {
    return expr.shape();
  }
}
