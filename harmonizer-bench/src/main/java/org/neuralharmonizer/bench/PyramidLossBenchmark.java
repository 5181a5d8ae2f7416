package org.neuralharmonizer.bench;

import org.neuralharmonizer.backend.Backend;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/** The loss between 32 saliency and human maps, with the pyramids of both sides. */
public class PyramidLossBenchmark extends BackendBenchmark {
  private static final int MAPS = 32;

  /** Height and width of a map. */
  @Param({"64", "224", "512"})
  public int size;

  /** Of pyramid and standardization. */
  @Param public PyramidWork.Order order = PyramidWork.Order.PYRAMID_FIRST;

  /** Forward only, or with the gradient by the saliency. */
  @Param public PyramidWork.Result result = PyramidWork.Result.LOSS;

  @Override
  Work work(Backend on) {
    return PyramidWork.both(MAPS, size, order, result, on);
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
