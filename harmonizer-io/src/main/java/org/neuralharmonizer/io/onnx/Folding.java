package org.neuralharmonizer.io.onnx;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The numbers of expressions that depend on nothing but constants and initializers: shapes, axes,
 * scales. They are computed by running them, when an operation asks for them.
 */
final class Folding implements AutoCloseable {
  /** More numbers than any shape, list of axes or table of positions has. */
  private static final int MOST = 1 << 26;

  private final Map<Expr, Tensor> initial = new IdentityHashMap<>();
  private final Map<Expr, Tensor> computed = new IdentityHashMap<>();
  private @Nullable Backend backend;

  /** Says what the leaf of an initializer holds. */
  void bind(Expr leaf, Tensor value) {
    initial.put(leaf, value);
  }

  Tensor value(Expr expr) {
    if (expr.primitive() instanceof Leaves.Constant constant) {
      return constant.value();
    }
    if (expr.primitive() instanceof Leaves.Literal literal) {
      return Tensor.scalar(literal.value());
    }
    requireSmall(expr.shape().size());
    return computed.computeIfAbsent(expr, this::run);
  }

  /** Bounds what a file can ask for. */
  static void requireSmall(double size) {
    if (!(size <= MOST)) {
      throw new UnsupportedNodeException(
          "it asks for a constant of %.0f numbers, more than %d".formatted(size, MOST));
    }
  }

  private Tensor run(Expr expr) {
    if (backend == null) {
      backend = Backends.named("cpu", BackendOptions.defaults().withThreads(1));
    }
    List<Expr> arguments = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (Expr each : Graph.ordered(List.of(expr))) {
      if (each.primitive() instanceof Leaves.Input) {
        arguments.add(each);
        values.add(initial.get(each));
      }
    }
    try (Executable executable = backend.load(Signature.of(arguments, List.of(expr)))) {
      return executable.run(values).get(0);
    }
  }

  @Override
  public void close() {
    if (backend != null) {
      backend.close();
    }
  }
}
