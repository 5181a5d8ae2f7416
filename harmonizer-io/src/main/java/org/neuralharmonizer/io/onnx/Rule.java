package org.neuralharmonizer.io.onnx;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.neuralharmonizer.expr.Expr;

/** What an operator of ONNX is in expressions: its outputs in order. */
@FunctionalInterface
interface Rule {
  List<Operand> apply(Call call);

  /** One output of the kind of the first operand. */
  static Rule one(Function<Call, Expr> rule) {
    return call -> List.of(call.result(rule.apply(call)));
  }

  /** One output of a kind of its own. */
  static Rule one(ElementKind kind, Function<Call, Expr> rule) {
    return call -> List.of(call.result(rule.apply(call), kind));
  }

  /** A function of one operand. */
  static Rule unary(UnaryOperator<Expr> function) {
    return one(call -> function.apply(call.x(0)));
  }

  /** A function of two operands that repeat along each other's missing axes. */
  static Rule binary(BiFunction<Expr, Expr, Expr> function) {
    return one(call -> function.apply(call.x(0), Broadcasts.second(call)));
  }
}
