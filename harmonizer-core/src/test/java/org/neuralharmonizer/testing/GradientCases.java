package org.neuralharmonizer.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.autodiff.GradientRow;
import org.neuralharmonizer.autodiff.GradientRows;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The gradient table in single precision: each row's function y, the gradient of s = ⟨v, y + y²/2⟩
 * by its inputs and v, and with u random the gradient of ⟨u, ∇s⟩.
 */
final class GradientCases {
  /**
   * Sums of up to some hundred products of numbers of order 1, rounded at 6e-8 each; reciprocals
   * and powers of arguments near 0.3 make up to thirty times as much of an error at second order.
   */
  private static final double OF_GRADIENTS = 5e-6;

  private static final int ROWS_PER_CASE = 8;

  private GradientCases() {}

  static List<ConformanceCase> all() {
    List<GradientRow> rows = GradientRows.all();
    return IntStream.iterate(0, i -> i < rows.size(), i -> i + ROWS_PER_CASE)
        .mapToObj(i -> of(rows.subList(i, Math.min(i + ROWS_PER_CASE, rows.size()))))
        .toList();
  }

  private static ConformanceCase of(List<GradientRow> rows) {
    ConformanceCase each =
        new ConformanceCase(
            "rows \"%s\" … \"%s\"".formatted(rows.get(0), rows.get(rows.size() - 1)));
    rows.forEach(row -> add(each, row));
    return each;
  }

  private static void add(ConformanceCase each, GradientRow row) {
    for (Expr input : row.inputs()) {
      double[] drawn = row.range().draw(input.shape().size(), each.random());
      each.input(input, Tensor.generate(input.shape(), i -> drawn[i]));
    }
    Expr y = row.output();
    Expr v = each.gaussian(y.shape().extents());
    List<Expr> variables = new ArrayList<>(row.inputs());
    variables.add(v);
    each.near(OF_GRADIENTS, row.name(), y);
    List<Expr> first = Derivatives.grad(y.plus(y.squared().times(0.5)).times(v).sum(), variables);
    Expr slope = Expr.literal(0);
    for (int i = 0; i < first.size(); i++) {
      each.near(OF_GRADIENTS, row.name() + ", first order by " + variables.get(i), first.get(i));
      Expr u = each.gaussian(first.get(i).shape().extents());
      slope = slope.plus(first.get(i).times(u).sum());
    }
    List<Expr> second = Derivatives.grad(slope, variables);
    for (int i = 0; i < second.size(); i++) {
      each.near(OF_GRADIENTS, row.name() + ", second order by " + variables.get(i), second.get(i));
    }
  }
}
