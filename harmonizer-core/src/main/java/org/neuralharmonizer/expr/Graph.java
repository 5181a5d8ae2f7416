package org.neuralharmonizer.expr;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The directed acyclic graph below some expressions. */
public final class Graph {
  private Graph() {}

  /**
   * Every expression that the roots depend on, and the roots, each after its inputs. The order is a
   * function of the graph alone. Iterative, so that deep networks do not overflow the stack.
   */
  public static List<Expr> ordered(Collection<Expr> roots) {
    List<Expr> order = new ArrayList<>();
    Set<Expr> entered = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Visit> path = new ArrayDeque<>();
    for (Expr root : roots) {
      if (entered.add(root)) {
        path.push(new Visit(root));
      }
      while (!path.isEmpty()) {
        Visit visit = path.peek();
        if (visit.next == visit.expr.inputs().size()) {
          order.add(path.pop().expr);
        } else {
          Expr input = visit.expr.inputs().get(visit.next++);
          if (entered.add(input)) {
            path.push(new Visit(input));
          }
        }
      }
    }
    return order;
  }

  private static final class Visit {
    private final Expr expr;
    private int next;

    Visit(Expr expr) {
      this.expr = expr;
    }
  }
}
