package org.neuralharmonizer.study.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Graph;
import org.neuralharmonizer.expr.Leaves;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Tensor;

/** Compiles expressions for a backend and runs them there, in its single precision. */
public final class BackendEvaluator implements Evaluator {
  private final Backend backend;

  /** The backend stays the caller's to close. */
  public BackendEvaluator(Backend backend) {
    this.backend = backend;
  }

  @Override
  public List<double[]> evaluate(List<Expr> outputs, Map<Expr, double[]> inputs) {
    List<Expr> arguments = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (Expr expr : Graph.ordered(outputs)) {
      if (expr.primitive() instanceof Leaves.Input) {
        double[] given = inputs.get(expr);
        if (given == null) {
          throw new IllegalArgumentException("evaluate: " + expr + " has no value");
        }
        arguments.add(expr);
        values.add(Tensor.generate(expr.shape(), i -> given[i]));
      }
    }
    try (Executable executable = backend.load(Signature.of(arguments, outputs))) {
      return executable.run(values).stream().map(BackendEvaluator::doubles).toList();
    }
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.value(i);
    }
    return values;
  }
}
