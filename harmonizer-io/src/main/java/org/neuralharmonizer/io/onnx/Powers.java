package org.neuralharmonizer.io.onnx;

import java.util.List;
import org.neuralharmonizer.expr.Comparison;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Tensor;

/** {@code Pow}: one known exponent, or an exponent for each element. */
final class Powers {
  static final Rule RULE = Rule.one(Powers::power);

  private Powers() {}

  private static Expr power(Call call) {
    Expr base = call.x(0);
    Operand exponent = call.operand(1);
    if (!exponent.isKnown()) {
      return positive(base, Broadcasts.second(call));
    }
    Tensor numbers = call.values(1);
    if (numbers.size() == 1) {
      Expr shaped = base.broadcastTo(Broadcasts.common(List.of(base.shape(), numbers.shape())));
      return shaped.power(numbers.value(0));
    }
    return signed(base, Broadcasts.second(call), numbers);
  }

  /** exp(y log x) of a base that is not negative; 0⁰ is 1. */
  private static Expr positive(Expr base, Expr exponent) {
    Expr product = exponent.times(base.log());
    Expr zero = Expr.of(new Comparison.Equal(), exponent, Expr.zeros(exponent.shape()));
    List<Expr> shaped = Broadcasts.together(product, zero);
    Expr safe = Functions.select(shaped.get(1), Expr.zeros(shaped.get(0).shape()), shaped.get(0));
    return safe.exp();
  }

  /** Of a base of any sign: NaN where it is negative and the exponent no whole number. */
  private static Expr signed(Expr base, Expr exponent, Tensor numbers) {
    // By the exponent: 1 if even, −1 if odd, NaN if between.
    Tensor parity =
        Tensor.generate(
            exponent.shape(),
            i -> {
              double y = numbers.value(i);
              return y != Math.rint(y) ? Double.NaN : y % 2 == 0 ? 1 : -1;
            });
    Expr size = positive(Functions.absolute(base), exponent);
    List<Expr> negative = Broadcasts.together(base.negated().step(), size);
    Expr turned = size.times(Expr.constant(parity));
    return Functions.select(negative.get(0), turned, size);
  }
}
