package org.neuralharmonizer.cuda;

import org.neuralharmonizer.backend.Availability;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.BackendProvider;

/** Announces the CUDA backend. */
public final class CudaBackendProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public CudaBackendProvider() {}

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public int rank() {
    return 20;
  }

  @Override
  public Availability availability() {
    return Availability.notUsable("not built yet");
  }

  @Override
  public Backend open(BackendOptions options) {
    throw new IllegalStateException("not built yet");
  }
}
