package org.neuralharmonizer.nd4j;

import org.junit.jupiter.api.Tag;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.testing.BackendConformance;

/** ND4J's native backend passes the suite of all backends, with the classifier of this run. */
@Tag("once")
class Nd4jCpuConformanceTest extends BackendConformance {
  @Override
  protected Backend open(BackendOptions options) {
    return Backends.named("nd4j-cpu", options);
  }

  /** ND4J's tanh is a quotient of differences, whose digits near 0 are those of 1. */
  @Override
  protected double leastUnit(Code function) {
    return function == Code.TANH ? Math.ulp(1f) / 2 : 0;
  }

  /**
   * Java's collector frees what is left behind when memory runs out; see {@link Nd4jMemoryTest}.
   */
  @Override
  protected int loadings() {
    return 20;
  }
}
