package org.neuralharmonizer.nd4j;

import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.BackendOptions;

/**
 * Announces ND4J's native backend, {@code nd4j-cpu}. ND4J starts when its availability is asked for
 * and its classes are there.
 *
 * <p>The number of threads is ND4J's business: {@code OMP_NUM_THREADS}, set before Java starts.
 */
public final class Nd4jCpuBackendProvider extends Nd4jProvider {
  /** Below the built-in backend: it is chosen by name. */
  private static final int RANK = -10;

  /** For {@link java.util.ServiceLoader}. */
  public Nd4jCpuBackendProvider() {}

  @Override
  public String name() {
    return "nd4j-cpu";
  }

  @Override
  public int rank() {
    return RANK;
  }

  @Override
  Availability look(Nd4jRuntime surroundings) {
    return surroundings.cpu();
  }

  @Override
  String devices() {
    return "this backend has none but the processor — leave it at 0";
  }

  @Override
  Nd4jBackend open(Nd4jRuntime started, BackendOptions options) {
    return new Nd4jBackend(name(), options, Plan.Device.CPU, started.convolutions());
  }
}
