package org.neuralharmonizer.bench;

import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * What it costs to compute cheap values again instead of keeping them: harmonized steps of four
 * images within a share of the memory that they would take.
 */
public class MemoryBudgetBenchmark extends BackendBenchmark {
  private static final int BATCH = 4;
  private static final int PERCENT = 100;

  /** The network. */
  @Param({"RESNET50", "EFFICIENTNET_B0", "VIT_S16"})
  public Network network = Network.RESNET50;

  /** Of the memory of the step without a budget, in percent. */
  @Param({"100", "85", "75"})
  public int share;

  @Override
  Work work(Backend on) {
    if (share == PERCENT) {
      return NetworkWork.harmonizedStep(network, BATCH, on);
    }
    long bytes;
    try (Work whole = NetworkWork.harmonizedStep(network, BATCH, on)) {
      bytes = whole.program().orElseThrow().memory().bytes();
    }
    Backend limited =
        Backends.named(
            backend,
            BackendOptions.defaults().withThreads(threads).withMaxBytes(bytes * share / PERCENT));
    Work step = NetworkWork.harmonizedStep(network, BATCH, limited);
    return new Work() {
      @Override
      public Object run() {
        return step.run();
      }

      @Override
      public void close() {
        step.close();
        limited.close();
      }
    };
  }

  /** One step. */
  @Benchmark
  public Object step() {
    return run();
  }
}
