package org.neuralharmonizer.bench;

import org.openjdk.jmh.annotations.Param;

/** What benchmarks of a network share: which one, and how many images at a time. */
public abstract class NetworkBenchmark extends BackendBenchmark {
  /** The network. */
  @Param public Network network = Network.REFERENCE_CNN;

  /** Images per step. */
  @Param({"1", "4", "8"})
  public int batch;
}
