package org.neuralharmonizer.bench;

import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.tensor.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/** The product of two square matrices, 2 n³ operations. */
public class GemmBenchmark extends BackendBenchmark {
  /** Rows and columns. */
  @Param({"576", "1024", "1536"})
  public int n;

  @Override
  Work work(Backend on) {
    return product(n, on);
  }

  static Work product(int n, Backend on) {
    Shape shape = Shape.of(n, n);
    Expr left = Expr.input("left", shape);
    Expr right = Expr.input("right", shape);
    return ProgramWork.resident(List.of(left, right), left.matmul(right), on);
  }

  /** With vector instructions. */
  @Benchmark
  public Object vector() {
    return run();
  }

  /** Without. */
  @Benchmark
  @Fork(value = 2, jvmArgsAppend = GC)
  public Object scalar() {
    return run();
  }
}
