package org.neuralharmonizer.nd4j;

import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.BackendOptions;

/**
 * Announces ND4J's CUDA backend, {@code nd4j-cuda}, for GPUs of compute capability 3.7 to 8.9. It
 * is refused on others before ND4J starts.
 */
public final class Nd4jCudaBackendProvider extends Nd4jProvider {
  private static final int RANK = 10;

  /** For {@link java.util.ServiceLoader}. */
  public Nd4jCudaBackendProvider() {}

  @Override
  public String name() {
    return "nd4j-cuda";
  }

  @Override
  public int rank() {
    return RANK;
  }

  @Override
  Availability look(Nd4jRuntime surroundings) {
    return surroundings.cuda();
  }

  @Override
  String devices() {
    return "ND4J chooses that of a thread itself — leave it at 0, and let CUDA_VISIBLE_DEVICES"
        + " name one";
  }

  @Override
  Nd4jBackend open(Nd4jRuntime started, BackendOptions options) {
    return new Nd4jBackend(name(), options, Plan.Device.CUDA, Convolutions.Kind.PLAIN);
  }
}
