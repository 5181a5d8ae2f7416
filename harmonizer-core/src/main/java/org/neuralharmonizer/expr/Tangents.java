package org.neuralharmonizer.expr;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Completes the operands of a tangent. */
final class Tangents {
  private Tangents() {}

  /** Tangents where the primitive is linear, primal values where it is steered, zeros if absent. */
  static List<Expr> filled(Primitive.Linear primitive, Expr result, List<@Nullable Expr> tangents) {
    List<Expr> operands = new ArrayList<>(tangents.size());
    for (int i = 0; i < tangents.size(); i++) {
      Expr primal = result.inputs().get(i);
      Expr tangent = tangents.get(i);
      if (!primitive.linearIn(i)) {
        operands.add(primal);
      } else {
        operands.add(tangent == null ? Expr.zeros(primal.shape()) : tangent);
      }
    }
    return operands;
  }
}
