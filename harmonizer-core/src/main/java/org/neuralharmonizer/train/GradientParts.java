package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;

/**
 * The gradient of the map loss beside that of everything else.
 *
 * @param rest the norm of everything else's
 * @param maps the norm of the map loss's, before λ₁
 * @param lambda1 by which the latter is multiplied
 */
record GradientParts(Expr rest, Expr maps, Expr lambda1) {
  static GradientParts of(
      List<Expr> rest, List<Expr> maps, GradientBalance balance, double lambda1) {
    Expr restNorm = norm(rest);
    Expr mapNorm = norm(maps);
    Expr factor = Expr.literal(lambda1);
    if (balance == GradientBalance.BALANCED) {
      Expr some = mapNorm.step();
      Expr divisor = Functions.select(some, mapNorm, Expr.literal(1));
      factor = restNorm.times(lambda1).dividedBy(divisor).times(some);
    }
    return new GradientParts(restNorm, mapNorm, factor);
  }

  /** Their weighted sum. */
  List<Expr> combined(List<Expr> restGradients, List<Expr> mapGradients) {
    List<Expr> sums = new ArrayList<>();
    for (int i = 0; i < restGradients.size(); i++) {
      sums.add(restGradients.get(i).plus(mapGradients.get(i).times(lambda1)));
    }
    return sums;
  }

  /** The Euclidean norm of all gradients together. */
  static Expr norm(List<Expr> gradients) {
    return Functions.guardedSqrt(
        gradients.stream()
            .map(each -> each.squared().sum())
            .reduce(Expr::plus)
            .orElseGet(() -> Expr.literal(0)));
  }
}
