package org.neuralharmonizer.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.RandomGraphs;

/** Random graphs that mix all families of primitives, and their gradients. */
final class GraphCases {
  /**
   * Rounding of about forty operations in sequence, some of them sums of a hundred terms, at 6e-8
   * each; gradients are sums of many such paths.
   */
  private static final double OF_GRAPHS = 2e-5;

  private GraphCases() {}

  /** Graphs other than those the compiler is tested with. */
  static List<ConformanceCase> all(int count) {
    return LongStream.range(1000, 1000 + count).mapToObj(GraphCases::of).toList();
  }

  private static ConformanceCase of(long seed) {
    ConformanceCase each = new ConformanceCase("random graph " + seed);
    RandomGraphs graph = new RandomGraphs(seed);
    List<Expr> outputs = new ArrayList<>(graph.outputs());
    outputs.addAll(Derivatives.grad(graph.scalar(), graph.inputs()));
    for (int i = 0; i < graph.inputs().size(); i++) {
      each.input(graph.inputs().get(i), graph.values().get(i));
    }
    for (int i = 0; i < outputs.size(); i++) {
      each.near(OF_GRAPHS, "output " + i + " " + outputs.get(i), outputs.get(i));
    }
    return each;
  }
}
