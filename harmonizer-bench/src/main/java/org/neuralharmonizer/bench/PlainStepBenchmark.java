package org.neuralharmonizer.bench;

import org.neuralharmonizer.backend.Backend;
import org.openjdk.jmh.annotations.Benchmark;

/** Training steps without maps, on the same images. */
public class PlainStepBenchmark extends NetworkBenchmark {

  @Override
  Work work(Backend on) {
    return NetworkWork.plainStep(network, batch, on);
  }

  /** One. */
  @Benchmark
  public Object step() {
    return run();
  }
}
