package org.neuralharmonizer.nd4j;

import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.BackendProvider;

/**
 * Announces ND4J's CUDA backend, {@code nd4j-cuda}, for GPUs of compute capability 3.7 to 8.9. It
 * is refused on others before ND4J starts.
 */
public final class Nd4jCudaBackendProvider implements BackendProvider {
  static final String NAME = "nd4j-cuda";
  private static final int RANK = 10;

  private final Nd4jRuntime runtime = Nd4jRuntime.ofThisProcess();
  private @Nullable Availability availability;

  /** For {@link java.util.ServiceLoader}. */
  public Nd4jCudaBackendProvider() {}

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
      availability = runtime.cuda();
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
          "nd4j-cuda: ND4J chooses the device of a thread itself, not number %d — leave it at 0,"
                  .formatted(options.device())
              + " and let CUDA_VISIBLE_DEVICES name one");
    }
    // Without cuDNN ND4J's convolutions are slow, with it they are not; products are fast anyway.
    return new Nd4jBackend(NAME, options, Plan.Device.CUDA, Convolutions.Kind.PLAIN);
  }
}
