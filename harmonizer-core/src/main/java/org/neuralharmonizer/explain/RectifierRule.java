package org.neuralharmonizer.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.Graph;

/**
 * Backpropagation with another rule at the rectifiers. A rectifier is recognised by what it is, x ·
 * step(x), so no layer needs to know. Between rectifiers the ordinary derivative is taken, which
 * makes the whole an expression that can be differentiated again.
 */
enum RectifierRule {
  /** What is positive passes back where the rectifier's input was positive. */
  GUIDED,
  /** What is positive passes back, whatever the input was. */
  DECONVOLUTION;

  /**
   * The modified gradient of a scalar.
   *
   * @throws IllegalArgumentException if there is no rectifier, as the result would be plain
   *     saliency under another name
   */
  Expr gradient(String method, Expr scalar, Expr images) {
    Set<Expr> cuts = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Expr> rectifiers =
        Graph.ordered(List.of(scalar)).stream().filter(RectifierRule::isRectifier).toList();
    if (rectifiers.isEmpty()) {
      throw new IllegalArgumentException(
          method + ": the network has no ReLU, whose derivative it changes — use saliency");
    }
    cuts.addAll(rectifiers);
    cuts.add(images);
    Map<Expr, Expr> received = new IdentityHashMap<>();
    spread(scalar, Expr.filled(scalar.shape(), 1), cuts, received);
    for (int i = rectifiers.size() - 1; i >= 0; i--) {
      Expr output = rectifiers.get(i);
      Expr cotangent = received.get(output);
      if (cotangent != null) {
        Expr input = output.inputs().get(0);
        spread(input, passed(input, cotangent), cuts, received);
      }
    }
    Expr gradient = received.get(images);
    return gradient == null ? Expr.zeros(images.shape()) : gradient;
  }

  private Expr passed(Expr input, Expr cotangent) {
    Expr positive = Functions.relu(cotangent);
    return this == GUIDED ? positive.times(input.step()) : positive;
  }

  /** Adds what an expression passes back to the nearest cuts. */
  private static void spread(Expr from, Expr cotangent, Set<Expr> cuts, Map<Expr, Expr> received) {
    List<Expr> nearest = nearest(from, cuts);
    List<Expr> parts = Derivatives.vjp(from, nearest, cotangent);
    for (int i = 0; i < parts.size(); i++) {
      received.merge(nearest.get(i), parts.get(i), Expr::plus);
    }
  }

  private static List<Expr> nearest(Expr from, Set<Expr> cuts) {
    Set<Expr> found = new LinkedHashSet<>();
    Set<Expr> seen = new LinkedHashSet<>();
    Deque<Expr> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      Expr expr = open.pop();
      if (seen.add(expr)) {
        if (cuts.contains(expr)) {
          found.add(expr);
        } else {
          expr.inputs().forEach(open::push);
        }
      }
    }
    return new ArrayList<>(found);
  }

  private static boolean isRectifier(Expr expr) {
    if (expr.primitive().code() != Code.MULTIPLY) {
      return false;
    }
    Expr gate = expr.inputs().get(1);
    return gate.primitive().code() == Code.STEP && gate.inputs().get(0) == expr.inputs().get(0);
  }
}
