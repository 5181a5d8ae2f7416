package org.neuralharmonizer.bench;

import org.neuralharmonizer.backend.Backend;
import org.openjdk.jmh.annotations.Benchmark;

/** Training steps with second derivatives; see {@link NetworkWork#harmonizedStep}. */
public class HarmonizedStepBenchmark extends NetworkBenchmark {

  @Override
  Work work(Backend on) {
    return NetworkWork.harmonizedStep(network, batch, on);
  }

  /** One. */
  @Benchmark
  public Object step() {
    return run();
  }
}
