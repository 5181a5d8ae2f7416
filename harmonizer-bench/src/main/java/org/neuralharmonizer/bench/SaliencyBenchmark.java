package org.neuralharmonizer.bench;

import org.neuralharmonizer.backend.Backend;
import org.openjdk.jmh.annotations.Benchmark;

/** Saliency maps of a trained network. */
public class SaliencyBenchmark extends NetworkBenchmark {

  @Override
  Work work(Backend on) {
    return NetworkWork.saliency(network, batch, on);
  }

  /** One. */
  @Benchmark
  public Object explain() {
    return run();
  }
}
