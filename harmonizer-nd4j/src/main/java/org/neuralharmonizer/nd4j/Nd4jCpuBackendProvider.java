package org.neuralharmonizer.nd4j;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.BackendProvider;

/**
 * Announces ND4J's native backend, {@code nd4j-cpu}. ND4J starts when its availability is asked for
 * and its classes are there.
 *
 * <p>The number of threads is ND4J's business: {@code OMP_NUM_THREADS}, set before Java starts.
 */
public final class Nd4jCpuBackendProvider implements BackendProvider {
  static final String NAME = "nd4j-cpu";

  /** Below the built-in backend: it is slower, and chosen by name. */
  private static final int RANK = -10;

  private final Nd4jRuntime runtime = Nd4jRuntime.ofThisProcess();
  private @Nullable Availability availability;

  /** For {@link java.util.ServiceLoader}. */
  public Nd4jCpuBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int rank() {
    return RANK;
  }

  @Override
  public synchronized Availability availability() {
    if (availability == null) {
      availability = runtime.cpu();
    }
    return availability;
  }

  @Override
  public Backend open(BackendOptions options) {
    if (!availability().isUsable()) {
      throw new IllegalStateException(NAME + ": " + availability().explanation());
    }
    if (options.device() > 0) {
      throw new IllegalArgumentException(
          "nd4j-cpu: there is no device %d, this backend has none but the processor — leave it at 0"
              .formatted(options.device()));
    }
    return new Nd4jBackend(NAME, options, Plan.Device.CPU, runtime.convolutions());
  }
}
